"""Rules of clauses, of what is joined by "and", and of commas."""

from recsys_rag.verify._story_parts import FINITE, Made, Part, either, filled, rule_for


@rule_for("NP VP")
def _clause(left: Part, right: Part) -> Made:
    form = right.form[0]
    number = left.form.rstrip("?")
    if left.form[-1:] == "." or form not in FINITE:
        return
    number = number.rstrip("!")
    if (form == "s" and number == "many") or (form == "b" and number == "one"):
        return
    yield Part("S", "", right.heads, (), left.heads), filled(right.gaps, left.heads)


@rule_for("NP VP")
def _clause_with_gap(left: Part, right: Part) -> Made:
    form, number = right.form[0], left.form.rstrip("?!")
    if form not in FINITE or right.form[1] != "0" or left.form[-1:] == ".":
        return
    if (form == "s" and number == "many") or (form == "b" and number == "one"):
        return
    links = filled(right.gaps, left.heads)
    yield Part("SG", "", right.heads, ((right.heads[-1], "obj"),), left.heads), links


@rule_for("PP VP")
def _inverted(left: Part, right: Part) -> Made:
    if right.form[0] in FINITE and right.form[1] == "0":
        links = [(left.form, right.heads[0], one) for one in left.heads]
        yield Part("INV", right.form, right.heads, right.gaps), links


@rule_for("INV NP")
def _clause_inverted(left: Part, right: Part) -> Made:
    if not (left.form[0] == "s" and right.form == "many"):
        yield Part("S", "", left.heads, (), right.heads), filled(left.gaps, right.heads)


@rule_for("REL VP")
def _who(left: Part, right: Part) -> Made:
    if right.form[0] in FINITE:
        yield Part("RC", "", right.heads, right.gaps), []


@rule_for("REL SG", "WHOM SG")
def _whom(left: Part, right: Part) -> Made:
    yield Part("RC", "", right.heads, right.gaps), []


@rule_for("WHOSE N")
def _whose(left: Part, right: Part) -> Made:
    yield Part("WN", right.form, right.heads), []


@rule_for("WN VP")
def _whose_does(left: Part, right: Part) -> Made:
    if right.form[0] in FINITE:
        gaps = tuple((one, "of") for one in left.heads)
        yield Part("RC", "", right.heads, gaps), filled(right.gaps, left.heads)


@rule_for("WHERE S")
def _where(left: Part, right: Part) -> Made:
    yield Part("RC", "", right.heads, ((right.heads[0], "in"),)), []


@rule_for("SUB S")
def _when(left: Part, right: Part) -> Made:
    yield Part("SS", left.form, right.heads, (), right.other), []


@rule_for("SUB VP", "P VP")
def _by(left: Part, right: Part) -> Made:
    if right.form[0] == "g" or (left.kind == "SUB" and right.form[0] == "p"):
        yield Part("PG", left.form, right.heads, right.gaps), []


@rule_for("P NP")
def _to_whom(left: Part, right: Part) -> Made:
    if right.form[-1:] != "!":
        yield Part("PP", left.form, right.heads), []


@rule_for("ADV PP")
def _deep_in(left: Part, right: Part) -> Made:
    yield right._replace(memory=None), [("adv", right.heads[0], left.heads[0])]


@rule_for("CP S", "CP VPt")
def _that(left: Part, right: Part) -> Made:
    yield Part("CS", left.form, right.heads), []


@rule_for("S SS", "S FS")
def _while(left: Part, right: Part) -> Made:
    yield Part("S", "", left.heads, (), left.other), [(right.form, left.heads[0], right.heads[0])]


@rule_for("VP SS")
def _does_while(left: Part, right: Part) -> Made:
    form = f"{left.form[0]}2"
    links = [(right.form, left.heads[-1], right.heads[0])]
    yield Part("VP", form, left.heads, left.gaps, left.other), links


@rule_for("FS S", "SS S")
def _while_first(left: Part, right: Part) -> Made:
    links = [(left.form, right.heads[0], left.heads[0])]
    yield Part("S", "", right.heads, (), right.other), links


@rule_for("S cS")
def _and(left: Part, right: Part) -> Made:
    yield Part("S", "", left.heads + right.heads, (), left.other), either(left, right)


@rule_for("FP S", "PP S")
def _where_first(left: Part, right: Part) -> Made:
    links = [(left.form, right.heads[0], one) for one in left.heads]
    yield Part("S", "", right.heads, (), right.other), links


@rule_for("FC S", "FG S", "FT S")
def _doing_first(left: Part, right: Part) -> Made:
    role = {"FC": "doing", "FG": left.form, "FT": "to"}[left.kind]
    links = [(role, right.heads[0], left.heads[0]), *filled(left.gaps, right.other)]
    yield Part("S", "", right.heads, (), right.other), links


@rule_for("S PC")
def _doing_last(left: Part, right: Part) -> Made:
    links = [("doing", left.heads[0], right.heads[0]), *filled(right.gaps, left.other)]
    yield Part("S", "", left.heads, (), left.other), links


@rule_for("ADV S", "FADV S")
def _adverb_of_clause(left: Part, right: Part) -> Made:
    links = [("adv", right.heads[0], left.heads[0])]
    yield Part("S", "", right.heads, (), right.other), links


@rule_for("CC NP", "CC VP", "CC S", "CC A", "CC VPt")
def _joined(left: Part, right: Part) -> Made:
    joint = "or" if left.form in ("or", "nor") else ""
    form = left.form if right.kind == "NP" else right.form + joint
    yield right._replace(kind=f"c{right.kind}", form=form, memory=None), []


@rule_for(
    ", cNP", ", cVP", ", cS", ", RC", ", SS", ", PG", ", PP", ", VPt", ", FS", ", cVPt", ", SG"
)
def _comma(left: Part, right: Part) -> Made:
    yield right._replace(memory=None), []


@rule_for(", NP", ", A")
def _comma_noun(left: Part, right: Part) -> Made:
    yield right._replace(kind=f"q{right.kind}", memory=None), []


@rule_for("A ,")
def _big_(left: Part, right: Part) -> Made:
    if left.form != "n":
        yield left._replace(memory=None), []


@rule_for(", VP")
def _comma_doing(left: Part, right: Part) -> Made:
    if right.form[0] in "pg":
        yield right._replace(kind="PC", memory=None), []


@rule_for("RC ,", "PC ,", "qA ,")
def _ended(left: Part, right: Part) -> Made:
    yield left._replace(memory=None), []


_FRONT = {"PP": "FP", "SS": "FS", "PG": "FG", "VPt": "FT", "VP": "FC", "ADV": "FADV"}


@rule_for("PP ,", "SS ,", "PG ,", "VPt ,", "VP ,", "ADV ,")
def _fronted(left: Part, right: Part) -> Made:
    if left.kind != "VP" or left.form[0] in "pg":
        yield left._replace(kind=_FRONT[left.kind], memory=None), []


@rule_for("IDLE VP", "IDLE S", "IDLE PP", "IDLE NP")
def _idle(left: Part, right: Part) -> Made:
    yield right._replace(memory=None), []
