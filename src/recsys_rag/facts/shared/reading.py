"""What sentences about a mood or theme shared with liked items mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.facts._leaning.reading import LIKED, SHAPES
from recsys_rag.facts._traits import words_for
from recsys_rag.verify.slots import NAMES, TEXT, exactly, lists, share
from recsys_rag.verify.traits import phrases_of, trait_slots

if TYPE_CHECKING:
    from recsys_rag.facts.shared import SharedFact


def _slots(fact: "SharedFact") -> Mapping[str, Check]:
    values = ([fact.value], ()) if fact.column == "moods" else ((), [fact.value])
    traits = trait_slots(*values)
    own = {f"own_{name.removeprefix('its_')}": check for name, check in traits.items()}
    return {
        **traits,
        **own,
        "of": share(fact.n_liked, fact.n_history),
        "all_of": share(fact.n_liked, fact.n_history),
        "m": exactly(fact.n_history),
        "feedback": exactly(fact.feedback),
        "films": lists(fact.examples),
        "mood" if fact.column == "moods" else "theme": exactly(
            *words_for([fact.value], fact.column)
        ),
    }


_OWN = ("mood", "mood_noun", "theme", "theme_kind", "head")
READING = Reading(
    _slots,
    shapes={
        **SHAPES,
        **{f"own_{name}": "|".join(phrases_of(f"{name}s")) for name in _OWN},
        "films": NAMES, "mood": TEXT, "theme": TEXT,
    },
    clauses=(
        "(just |much )?(like|as with|as in) {ALIKE},? <it> {IS} {TRAIT}",
        "(just |much )?(like|as with|as in) {ALIKE},? <it> {SHOWS} {TRAIT_NOUN}",
        "you( also| have)? <feedback> <films>,? and <it> {IS} (another )?{TRAIT}( too| as well)?",
        "you( also| have)? <feedback> <films>,? and <it> {SHOWS} {TRAIT_NOUN}( too| as well)?",
        "{ALIKE} {ARE} {TRAIT_MANY}{AND_SO}",
        "{TRAIT_NOUN} (is|was|runs through|shows up in|turns up in|appears in|marks|features in|links it to|is a thread in|is a theme in|is a theme of|is something it shares with|connects it to|is common to|is shared with) {ALIKE}{AND_SO}",
        "{TRAIT_NOUN} (links|connects|ties|joins) <it> (to|with) {ALIKE}",
        "<it> and {ALIKE} (share|have) (a |an |the |the same |that )?{TRAIT_NOUN}( in common)?",
        "(your liking for|because you liked|since you liked|given that you liked|as you liked|if you liked) <films>,? <it> {IS} {TRAIT}( too| as well)?",
        "(if|since|as|because|given that) you <feedback> <films>,? {YOU_MAY}<it> {IS} {TRAIT}( too| as well)?",
    ),
    own=(
        "<it> is {WHAT}, (?:like|as are) {LIKED}",
        "<it> (?:is about|turns on) <theme>, as do {LIKED}",
        "<it> is {WHAT}, like <films>, which you <feedback>",
        "like {LIKED}, <film> is {WHAT}",
        "like <films>, which you <feedback>, <film> is {WHAT}",
        "you <feedback> <films>, and <film> is {WHAT} too",
        "<film> shares a trait with {LIKED}: it is <mood>",
        "with <film> you return to <theme>, the matter of {LIKED}",
        "<it> returns to <theme>, the matter of {LIKED}",
        "<it> has the <mood> tone of {LIKED}",
        "<it> is about <theme>, as you know from <films>, which you <feedback>",
    ),
    predicates=(
        "{IS} {TRAIT},? (just |much )?(like|as is|as are|as was|as were|as with|in the vein of|in the manner of|in the spirit of|along with|similar to|akin to|and so is|and so are|and so was|and so were) {ALIKE}( too)?",
        "{IS} {TRAIT},? (a (trait|quality|mood|tone|theme|streak|subject|thread|note|feature|taste|mark)|something|one trait|which) (that )?(it |is )?(shares|shared|has in common|in common) with {ALIKE}",
        "{IS} as <own_mood> as {ALIKE}",
        "(shares|has) (a |an |its |the |the same |that |some of the |some |much of the )?{TRAIT_NOUN} (with|of|in common with|found in|that runs through|as) {ALIKE}",
        "{SHOWS} {TRAIT_NOUN},? (just |much )?(like|as do|as does|as did|as in|as with|and so do|and so does|in common with|shared with) {ALIKE}( too| do| did)?",
        "(joins|follows|keeps company with|sits alongside|sits well with|belongs with|goes with|is in line with|is a match for|echoes|recalls) {ALIKE},? (as|in being|as another|by being|in its) {TRAIT}",
        "(matches|echoes|recalls|shares in) the {TRAIT_NOUN} of {ALIKE}",
        "is {HOW},? (?:just )?(?:like|as are|as with) {LIKED}",
        "is {HOW},? (?:just )?"
        "(?:like|as are|as with) <films>, (?:both of )?which you (?:also )?<feedback>",
    ),
    modifiers=("<mood> like {LIKED}", "about <theme>, like {LIKED}"),
    parts={
        **LIKED,
        "WHAT": ("<mood>", "about <theme>"),
        "HOW": ("<mood>", "a <mood> film", "about <theme>", "a film about <theme>"),
        "LIKED": ("{OF_LIKED}",),
        "SHOWS": (
            "(has|shows|carries|offers|comes with|brings|deals with|shares|turns on|explores|is built on|is about|returns to)"
            "( (a|an|the|that|that same|the same))?",
        ),
        "ARE": ("(is|are|was|were|have been|has been)",),
        "TRAIT": ("<own_mood>", "<art> {ADJS}<own_mood> {ADJS}{WORK}", "(about|all about) <own_theme>")
        + ("<art> {ADJS}{WORK} (about|of) <own_theme>", "<art> {ADJS}<own_theme_kind> {ADJS}{WORK}")
        + ("<art> {ADJS}<own_head>", "<own_mood> (in tone|in mood|in spirit|at heart)"),
        "TRAIT_MANY": ("<own_mood>( films)?", "(films )?about <own_theme>", "<own_theme_kind> films"),
        "TRAIT_NOUN": (
            "<own_mood> (mood|tone|streak|spirit|sense of humor|humor|feel|side|bent|edge|quality|touch|scale|vein|scope|sweep|note|nature|comedy|wit|style|manner|heart|fun|flavor|sensibility|air|atmosphere|character|register|wavelength)",
            "<own_mood_noun>",
            "(theme|subject|matter|topic) of <own_theme>",
            "<own_theme> (theme|as a theme|as one of its themes|as a subject)",
            "<own_theme>",
            "(interest in|focus on|concern with) <own_theme>",
        ),
        "YOU_MAY": ("", "(note that|you may like that|you might like that|it may help that|know that) "),
        "AND_SO": (
            "",
            ",? (and|as) (so )?(is|does|has|was) <it>( too)?",
            ",? and <it> (is|has it|does|shares it)( too| as well)?",
            ",? and <it> (is another|is one more|joins them|makes another|adds another|is one of them|follows suit)",
            ",? and (it is|this is|here is) (another|one more)",
        ),
        "ALIKE": (
            "<films>,? (which|that|both of which) you (also |have |both )?<feedback>( too)?,?",
            "<films>,? ((a|one|two|both|another|two other|other|some) (film|films|of the films|of the films)? ?)?(that )?you (have )?<feedback>,?",
            "<films>,? (one|two|some) of (the|your) (<m> )?(films you <feedback>|<feedback> films),?",
            "<films>,? (both )?(among|from) (the )?films you <feedback>,?",
            "<films>",
            "(the )?films you <feedback>,? (such as|like|including|among them|namely|for example) <films>,?",
            "{OF_LIKED}(,? (such as|including|like|among them|namely|for example|for instance|<films> among them|with) <films>)?",
        ),
    },
)
