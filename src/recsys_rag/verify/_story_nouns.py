"""Rules of noun phrases: what modifies, counts, owns and follows a noun, and lists of nouns."""

from collections.abc import Iterator

from recsys_rag.verify._story_parts import (
    ALONE,
    FINITE,
    NOBODY,
    Made,
    Part,
    either,
    filled,
    rule_for,
)


def _bare(noun: Part) -> Iterator[Part]:
    yield Part("NP", noun.form, noun.heads, memory=noun.memory)


ALONE["N"] = _bare


@rule_for("A N")
def _modified(left: Part, right: Part) -> Made:
    yield Part("N", right.form, right.heads), [("mod", right.heads[0], a) for a in left.heads]


@rule_for("VP N")
def _done_to(left: Part, right: Part) -> Made:
    if left.form in ("p0", "g0") and len(left.gaps) == 1:
        yield Part("N", right.form, right.heads), filled(left.gaps, right.heads)


@rule_for("A A", "A cA")
def _both(left: Part, right: Part) -> Made:
    if left.form != "n":
        yield Part("A", "", left.heads + right.heads), either(left, right)
    if right.form == "n" and left.form != "n":  # "internal affairs" officers
        yield Part("A", "n", right.heads), [("mod", right.heads[0], a) for a in left.heads]


@rule_for("ADV A", "NEG A")
def _how(left: Part, right: Part) -> Made:
    if left.form == "prt":
        return
    role = "neg" if left.kind == "NEG" else "adv"
    dependent = NOBODY if left.kind == "NEG" else left.heads[0]
    yield Part("A", right.form, right.heads), [(role, a, dependent) for a in right.heads]


@rule_for("D N")
def _determined(left: Part, right: Part) -> Made:
    if {left.form, right.form} == {"one", "many"}:
        return
    number = right.form if left.form in ("any", "the") else left.form
    if left.form == "group":  # "a group of thieves hides", or "hide"
        if right.form != "many":
            return
        number = "any"
    yield Part("NP", number, right.heads), [("det", right.heads[0], d) for d in left.heads]


@rule_for("D A")
def _the_old(left: Part, right: Part) -> Made:
    if left.form == "the" and right.form != "n":
        yield Part("NP", "many", right.heads), []


@rule_for("NUM N")
def _counted(left: Part, right: Part) -> Made:
    if {left.form, right.form} == {"one", "many"}:
        return
    yield Part("N", left.form, right.heads), [("num", right.heads[0], left.heads[0])]


@rule_for("NP 'S")
def _owner(left: Part, right: Part) -> Made:
    yield Part("OWN", "", left.heads), []


@rule_for("OWN N")
def _owned(left: Part, right: Part) -> Made:
    yield (
        Part("NP", right.form, right.heads),
        [("of", noun, one) for noun in right.heads for one in left.heads],
    )


@rule_for("NP PP")
def _noun_with(left: Part, right: Part) -> Made:
    if left.form[-1:] not in ("!", "?"):
        links = [(right.form, left.heads[-1], one) for one in right.heads]
        yield Part("NP", left.form, left.heads), links


@rule_for("NP RC", "NP VP", "NP PC")
def _noun_that(left: Part, right: Part) -> Made:
    if right.kind == "VP" and right.form[0] not in "pg":
        return
    if left.form[-1:] in ("!", "?") and right.kind != "PC":
        return
    yield Part("NP", left.form, left.heads), filled(right.gaps, left.heads)


@rule_for("NP HV")
def _had_by(left: Part, right: Part) -> Made:
    if right.form in FINITE and left.form[-1:] != ".":
        yield Part("SG", "", left.heads, tuple((one, "with") for one in left.heads)), []


@rule_for("NP SG")
def _noun_whom(left: Part, right: Part) -> Made:
    yield Part("NP", left.form, left.heads), filled(right.gaps, left.heads)


@rule_for("NP A", "NP qA")
def _noun_behind(left: Part, right: Part) -> Made:
    if right.form != "n":
        links = [("mod", noun, a) for noun in left.heads for a in right.heads]
        yield Part("NP", left.form, left.heads), links


@rule_for("NP VPt")
def _noun_to(left: Part, right: Part) -> Made:
    yield Part("NP", left.form, left.heads), [("to", left.heads[-1], right.heads[0])]


@rule_for("NP cNP", "LNP cNP")
def _nouns(left: Part, right: Part) -> Made:
    links = either(left, right)
    yield Part("NP", "many", left.heads + right.heads), links


@rule_for("NP qNP", "LNP qNP")
def _list(left: Part, right: Part) -> Made:
    yield Part("LNP", "many", left.heads + right.heads), []


@rule_for("qNP ,")
def _aside(left: Part, right: Part) -> Made:
    yield Part("AP", left.form, left.heads), []


@rule_for("NP AP")
def _apposition(left: Part, right: Part) -> Made:
    yield Part("NP", left.form, left.heads), [("isa", left.heads[0], one) for one in right.heads]
