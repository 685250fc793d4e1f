"""Rules of verb phrases: what is done to whom, how, where and to what end, in which voice."""

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
    state_of,
)


def _clause_parts(part: Part) -> Iterator[Part]:
    if part.form[0] == "t":
        yield part._replace(kind="VPt")


ALONE["VP"] = _clause_parts


@rule_for("VP NP")
def _object(left: Part, right: Part) -> Made:
    if right.form[-1:] == "!":
        return
    if left.form[0] == "p":
        if state_of(left.form) == 0:  # "is taught the ways"
            links = [("obj2", left.heads[-1], one) for one in right.heads]
            yield Part("VP", "p1", left.heads, left.gaps), links
        return
    if state_of(left.form) == 0 and left.heads:
        links = [("obj", left.heads[-1], one) for one in right.heads]
        yield Part("VP", f"{left.form[0]}1", left.heads, left.gaps, right.heads), links
    elif state_of(left.form) == 1 and left.other:
        links = [("obj2", left.heads[-1], one) for one in right.heads]
        yield Part("VP", f"{left.form[0]}2", left.heads, left.gaps, left.other), links


@rule_for("VP PP")
def _with(left: Part, right: Part) -> Made:
    role = right.form
    if (role == "by" and left.form[0] == "p") or (
        role == "by" and ("obj" in {g[1] for g in left.gaps})
    ):
        role = "subj"
    role = "of what" if role == "of" else role
    links = [(role, left.heads[-1], one) for one in right.heads]
    state = max(state_of(left.form), 1) if right.form else 1
    yield Part("VP", f"{left.form[0]}{state}", left.heads, left.gaps, left.other), links


@rule_for("VP A")
def _so(left: Part, right: Part) -> Made:
    if right.form != "n":
        links = [("pred", left.heads[-1], a) for a in right.heads]
        yield Part("VP", f"{left.form[0]}2", left.heads, left.gaps, left.other), links


@rule_for("VP ADV")
def _adverb(left: Part, right: Part) -> Made:
    yield left._replace(memory=None), [("adv", left.heads[-1], right.heads[0])]


@rule_for("ADV VP")
def _adverb_first(left: Part, right: Part) -> Made:
    yield right._replace(memory=None), [("adv", right.heads[0], left.heads[0])]


@rule_for("NEG VP", "NEG VPt")
def _not(left: Part, right: Part) -> Made:
    yield right._replace(memory=None), [("neg", right.heads[0], NOBODY)]


@rule_for("MD VP")
def _helped(left: Part, right: Part) -> Made:
    if right.form[0] in "bi":
        yield right._replace(form=f"d{right.form[1]}", memory=None), []


@rule_for("HV VP")
def _had(left: Part, right: Part) -> Made:
    if right.form[0] == "a":
        yield right._replace(form=f"{left.form}{right.form[1]}", memory=None), []


@rule_for("TO VP")
def _to(left: Part, right: Part) -> Made:
    if right.form[0] in "bi":
        yield right._replace(form=f"t{right.form[1]}", memory=None), []


@rule_for("BE VP")
def _is_done(left: Part, right: Part) -> Made:
    if right.form[0] in "pg":
        yield right._replace(form=f"{left.form}{max(state_of(right.form), 1)}", memory=None), []


@rule_for("BE NP", "BE A", "BE PP", "BE ADV")
def _is(left: Part, right: Part) -> Made:
    roles = {"NP": "isa", "A": "<mod", "PP": f"<{right.form}", "ADV": "<adv"}
    if right.form[-1:] == "!" or (right.kind == "A" and right.form == "n"):
        return
    role = roles[right.kind]
    if role == "isa":
        role = "<isa"
    gaps = tuple((one, role) for one in right.heads)
    yield Part("VP", f"{left.form}1", right.heads, gaps), []


@rule_for("HV NP")
def _has(left: Part, right: Part) -> Made:
    if right.form[-1:] != "!":
        gaps = tuple((one, "<with") for one in right.heads)
        yield Part("VP", f"{left.form}1", right.heads, gaps), []


@rule_for("VP VPt")
def _to_do(left: Part, right: Part) -> Made:
    links = [("to", left.heads[-1], right.heads[0])]
    form = f"{left.form[0]}2"
    yield Part("VP", form, left.heads, left.gaps + right.gaps, left.other), links
    if left.other:
        more = links + filled(right.gaps, left.other)
        yield Part("VP", form, left.heads, left.gaps, left.other), more


@rule_for("VP VP")
def _help_do(left: Part, right: Part) -> Made:
    if right.form[0] in "bi" and left.form[1] == "1" and left.other:  # "helps him win"
        links = [("to", left.heads[-1], right.heads[0]), *filled(right.gaps, left.other)]
        yield Part("VP", f"{left.form[0]}2", left.heads, left.gaps, left.other), links


@rule_for("V! VP")
def _must(left: Part, right: Part) -> Made:
    if right.form[0] in "bi":
        links = [("to", left.heads[0], right.heads[0])]
        gaps = ((left.heads[0], "subj"), *right.gaps)
        yield Part("VP", f"d{right.form[1]}", left.heads, gaps, right.other), links


@rule_for("VP CS")
def _says(left: Part, right: Part) -> Made:
    links = [("that", left.heads[-1], right.heads[0])]
    yield Part("VP", f"{left.form[0]}2", left.heads, left.gaps, left.other), links


@rule_for("VP VP", "VP PC")
def _doing(left: Part, right: Part) -> Made:
    if right.form[0] in "g" or (right.kind == "PC" and right.form[0] == "p"):
        role = "doing"
        form = f"{left.form[0]}2"
        links = [(role, left.heads[-1], right.heads[0])]
        yield Part("VP", form, left.heads, left.gaps + right.gaps, left.other), links
        if left.other:
            more = links + filled(right.gaps, left.other)
            yield Part("VP", form, left.heads, left.gaps, left.other), more


@rule_for("VP PG")
def _by_doing(left: Part, right: Part) -> Made:
    links = [(right.form, left.heads[-1], right.heads[0])]
    form = f"{left.form[0]}2"
    yield Part("VP", form, left.heads, left.gaps + right.gaps, left.other), links


@rule_for("VP cVP")
def _and_does(left: Part, right: Part) -> Made:
    one, other = left.form[0], right.form[0]
    if one == other or (one in FINITE and other in FINITE and "d" in (one, other)):
        links = either(left, right)
        yield Part("VP", f"{one}2", left.heads + right.heads, left.gaps + right.gaps), links


@rule_for("VPt cVPt")
def _and_to_do(left: Part, right: Part) -> Made:
    yield (
        Part("VPt", "t2", left.heads, left.gaps + right.gaps),
        [("to2", left.heads[0], right.heads[0]), *either(left, right)],
    )
