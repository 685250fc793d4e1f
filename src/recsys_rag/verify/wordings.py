"""Further wordings of each kind of fact, as people and larger models write: whole clauses, and
parts around the film's name.

Generous in form, strict in content: every number, name, genre and year stands in a slot that is
checked against the fact, and words that would say more than the fact ("only", "always", "the 25
people most like you" without "who rated it") are not there. Three roles: a CLAUSE stands by itself;
a PREDICATE follows the film ("Heat (1995) averages ..."); a MODIFIER stands beside it ("directed by
..."). A PRELUDE is about another film and needs a clause behind it that names the one recommended.
"""

import itertools
from collections.abc import Iterator
from string import Formatter

_PEOPLE = "(?:people|viewers|users|members|raters|reviewers)"
_TASTE = "(?:a )?tastes?"
_ALIKE = (  # some people like you, without saying that they are all of them
    f"(?:{_PEOPLE} (?:like|similar to) you(?: in taste)?|(?:like-minded|similar) {_PEOPLE}|{_PEOPLE} who share your tastes?"
    f"|{_PEOPLE} with (?:a )?similar tastes?|{_PEOPLE} with {_TASTE} (?:like|similar to|close to) yours"
    f"|{_PEOPLE} whose tastes? (?:is|are) (?:like|similar to|close to) yours)"
)
_MOST_ALIKE = (
    f"(?:{_ALIKE}|{_PEOPLE} most (?:like|similar to) you(?: in taste)?|most similar {_PEOPLE}"
    f"|{_PEOPLE} (?:closest|nearest) to you(?: in taste)?|{_PEOPLE} with {_TASTE} (?:closest to|most like|most similar to) yours"
    f"|{_PEOPLE} whose tastes? (?:is|are) (?:closest to|most like|most similar to) yours"
    "|neighbou?rs (?:of yours )?in taste)"
)
_IN_EYES = (
    "(?:in the eyes of other viewers|in the ratings of others|going by the ratings of others)"
)

# in braces in the wordings below; each choice makes a pattern of its own
_PARTS: dict[str, tuple[str, ...]] = {
    "OF_RATERS": (
        f"<n> of (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated <it>",
        f"all (?:of the )?<all>(?: of the)? {_MOST_ALIKE} who (?:have )?rated <it>",
    ),
    "OF_THEM": (
        f"<n> of (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated (?:it|this film)",
        f"<n> of <m> {_ALIKE}",
        f"all (?:of the )?<all>(?: of the)? {_MOST_ALIKE} who (?:have )?rated (?:it|this film)",
    ),
    "GOT": ("(?:got|earned|received|drew|has|won|gets|earns|receives|has earned|has received)",),
    "GAVE": ("(?:gave|rated|scored|awarded) (?:it|this film) (?:an? )?<stars>",),
    "YOU_GAVE": (
        "you (?:gave|rated|scored|awarded) <title> <a_r>",
        "you (?:gave|rated|scored|awarded) <title> <r>",
        "your rating for <title> (?:is|was) <a_r>",
        "you (?:gave|rated|scored|awarded) <both> <each>",
        "you (?:gave|rated|scored|awarded) <pairs>",
    ),
    "WITH_RATING": (
        "<title>, which you (?:gave|rated|scored|awarded) <a_r>,",
        "<title>, which you (?:gave|rated|scored|awarded) <r>,",
        "<title>, (?:to )?which you gave <a_r>,",
        "your <r> (?:for|to|of) <title>",
        "the <r> (?:that )?you gave <title>",
        "your ratings? of <title>",
    ),
    "WITHOUT": (
        "your <r> (?:for|to|of) <title>",
        "the <r> (?:that )?you gave <title>",
        "your ratings? of <title>",
        "<title>, which you (?:gave|rated|scored|awarded) <r>",
        "<title>, which you (?:gave|rated|scored|awarded) <a_r>",
    ),
    "CARRIES": (
        "(?:carries|makes up|accounts for|provides|contributes) <p> % of (?:what speaks for|the case for|the score of) <it>",
        "(?:carries|makes up|accounts for|provides|contributes|is worth) <p> % of its (?:score|case)",
    ),
    "FOR_IT": ("for <it>", "why <it> is {LIST}"),
    "LIST": ("(?:recommended|suggested|here|on this list|on your list)(?: for you)?",),
    "FILMS": ("films (?:that )?you (?:have )?(?P<feedback>liked|chose)",),
    "SHARE": ("<n_of_m>", "<p> % of the"),
    "AGAINST": (
        "",
        ",? (?:against|compared (?:to|with)|versus|but) <q> % (?:of|in|across) the (?:whole |entire )?catalog",
    ),
    "RATED": ("<decimal>", "<decimal> of <top>"),
    "ABOUT": (
        "(?:an? )?(?:about |around )?<decimal>",
        "(?:an? )?(?:about |around )?<decimal> of <top>",
    ),
    "ERROR": ("", ",? (?:give or take|plus or minus) <error>"),
    "BASIS": (
        "",
        "(?:based on|going by|judging by|given|from) (?:your (?:own )?ratings|your history|what you have rated),? ",
    ),
    "WE_THINK": ("(?:we (?:think|expect|predict|estimate) (?:that )?)?",),
    "PREDICTED_AT": ("(?:predicted|expected|estimated) (?:at|to (?:get|earn|receive|be))",),
    "ITS": ("its", "<film>'s"),
    "OVER": (
        f"(?:over|across|from|by|after|among) (?:all )?(?:its )?<rated><count> (?:ratings|{_PEOPLE})",
    ),
    "MEAN": ("(?:an? )?(?:average|mean)(?: rating| score)? of",),
    "WHO": ("director ", "directors ", ""),
}

_WORDINGS: dict[str, dict[str, tuple[str, ...]]] = {
    "neighbors": {
        "clause": (
            "{OF_RATERS} {GAVE}",
            f"of (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated <it>, <n> {{GAVE}}",
            f"among (?:the |your )?<m> {_MOST_ALIKE} who (?:have )?rated <it>, <n> {{GAVE}}",
            f"<share> % of (?:the )?{_MOST_ALIKE} who (?:have )?rated <it> {{GAVE}}",
            f"<n> of <m> {_ALIKE} (?:gave|rated|scored|awarded) <it> (?:an? )?<stars>",
        ),
        "predicate": (
            "(?:was|is|has been) rated (?:an? )?<stars> by {OF_THEM}",
            "{GOT} (?:an? |ratings of )?<stars> from {OF_THEM}",
            "was chosen by <chosen> of (?:the |your )?<asked> " + _MOST_ALIKE,
        ),
        "modifier": (
            "rated (?:an? )?<stars> by {OF_THEM}",
            "with (?:an? |ratings of )?<stars> from {OF_THEM}",
            "chosen by <chosen> of (?:the |your )?<asked> " + _MOST_ALIKE,
        ),
    },
    "carrier": {
        "clause": (
            "{WITH_RATING} {CARRIES}",
            "without {WITHOUT}, <it> would score <p> % lower",
            "<it> would score <p> % lower without {WITHOUT}",
            "<it> would lose <p> % of its score without {WITHOUT}",
            "{WITH_RATING} speaks for <it>",
            "{WITH_RATING} is (?:one|a) reason {FOR_IT}",
            "(?:because|since|as) you (?:gave|rated) <most> <r>, <it> is {LIST}",
            "(?:because|since|as) you (?:gave|rated) <most> <a_r>, <it> is {LIST}",
            "your <r> for <most> is the (?:main|biggest|strongest) reason {FOR_IT}",
            "in part (?:because|since) {YOU_GAVE}, <it> is {LIST}",
        ),
        "predicate": (
            "is {LIST} (?:in part |partly )(?:because|since|as) {YOU_GAVE}",
            "is {LIST},? (?:since|because) you (?:gave|rated) <most> <r>",
            "is {LIST},? (?:since|because) you (?:gave|rated) <most> <a_r>",
            "owes <p> % of its (?:score|case) to {WITH_RATING}",
            "owes <p> % of its (?:score|case) to <title>, which you (?:gave|rated) <r>",
            "owes <p> % of its (?:score|case) to <title>, which you (?:gave|rated) <a_r>",
            f"<near>is close to <title> {_IN_EYES}, which you (?:gave|rated) <r>",
            f"<near>is close to <title>, which you (?:gave|rated) <r>, {_IN_EYES}",
            f"<near>is close to <title>, which you (?:gave|rated) <a_r>, {_IN_EYES}",
            f"<near><rated>(?:sits|stands|is) (?:close to|near) <title> {_IN_EYES}",
        ),
        "prelude": ("{YOU_GAVE}", "<rated>you liked <title>", "<rated>you liked <both>"),
    },
    "genre": {
        "clause": (
            "{SHARE} {FILMS} are <genres>{AGAINST}",
            "{SHARE} {FILMS} are <genres>{AGAINST}, (?:as is|and so is) <it>",
            "<genres> (?:make up|are|account for) {SHARE} {FILMS}{AGAINST}",
            "<genres> (?:make up|are|account for) {SHARE} {FILMS}{AGAINST}, and <it> is (?:one|another)(?: of them)?",
            "<label> (?:makes up|accounts for|is a genre of) {SHARE} {FILMS}{AGAINST}",
        ),
        "predicate": (
            "is <a_genre>",
            "is <a_genre>,? (?:just )?like {SHARE} {FILMS}",
            "is <a_genre>,? (?:just )?as are {SHARE} {FILMS}",
            "is <a_genre>, a genre (?:that|which) (?:makes up|accounts for) {SHARE} {FILMS}{AGAINST}",
            "is <a_genre>, and {SHARE} {FILMS} are <genres>(?: too)?",
            "is <a_genre>, and so are {SHARE} {FILMS}",
        ),
        "modifier": (
            "<a_genre>",
            "<a_genre> (?:just )?like {SHARE} {FILMS}",
            "like {SHARE} {FILMS}, <a_genre>",
            "as <a_genre>",
        ),
    },
    "decade": {
        "clause": (
            "{SHARE} {FILMS} (?:come|are|date) from <decade>{AGAINST}",
            "{SHARE} {FILMS} (?:come|are|date) from <decade>{AGAINST}, (?:as does|as is|and so is|and so does) <it>",
            "<decade> (?:make up|account for) {SHARE} {FILMS}{AGAINST}",
        ),
        "predicate": (
            "(?:is|comes|dates|hails) from <decade>",
            "(?:is|comes|dates|hails) from <decade>,? (?:just )?like {SHARE} {FILMS}",
            "(?:is|comes|dates|hails) from <decade>,? (?:just )?as (?:are|do) {SHARE} {FILMS}",
            "(?:is|comes|dates|hails) from <decade>, (?:a decade that|which) (?:makes up|accounts for) {SHARE} {FILMS}{AGAINST}",
        ),
        "modifier": (
            "from <decade>",
            "a film (?:from|of) <decade>",
            "from <decade>,? like {SHARE} {FILMS}",
        ),
    },
    "predicted": {
        "clause": (
            "{BASIS}{WE_THINK}you would (?:probably |likely )?(?:give|rate) <it> (?:at )?{ABOUT}{ERROR}",
            "{BASIS}we (?:predict|expect|estimate) {ABOUT} for <it>{ERROR}",
            "{BASIS}(?:your|our|the) (?:predicted|expected|estimated) rating (?:for|of) <it> is {ABOUT}{ERROR}",
            "{BASIS}(?:our|the) (?:prediction|estimate)(?: for you)? for <it> is {ABOUT}{ERROR}",
            "{BASIS}{ITS} predicted rating for you is {ABOUT}{ERROR}",
            "your ratings (?:predict|point to|suggest) {ABOUT} for <it>{ERROR}",
            "{BASIS}your (?:predicted|expected|estimated) rating is {ABOUT}{ERROR}",
        ),
        "predicate": (
            "(?:is|has been) {PREDICTED_AT} {ABOUT} (?:for|from|by) you{ERROR}",
            "(?:is|has been) {PREDICTED_AT} {ABOUT}{ERROR}",
            "(?:has|gets|carries|comes with|earns) a predicted rating (?:for you )?of {ABOUT}(?: for you)?{ERROR}",
            "(?:would|should) (?:probably |likely )?(?:get|earn|receive) {ABOUT} from you{ERROR}",
            "comes out at {ABOUT} for you{ERROR}",
        ),
        "modifier": (
            "with a predicted rating (?:for you )?of {ABOUT}(?: for you)?{ERROR}",
            "{PREDICTED_AT} {ABOUT} (?:for|from|by) you{ERROR}",
        ),
    },
    "popularity": {
        "clause": (
            f"(?:other )?{_PEOPLE} (?:have )?(?:give|gave|given) <it> {{MEAN}} {{RATED}}",
            f"(?:other )?{_PEOPLE} (?:have )?(?:rate|rated|give|gave|given) <it> {{RATED}} on average",
            "{ITS} (?:average|mean)(?: rating)? is {RATED}",
            "{ITS} (?:average|mean)(?: rating)? is {RATED} {OVER}",
            "(?:the average|the mean)(?: rating)? of its <rated><count> ratings is {RATED}",
            "its <rated><count> ratings average {RATED}",
            "on average, (?:other )?(?:<rated><count> )?"
            + _PEOPLE
            + " (?:gave|rated|have given|have rated) <it> {RATED}",
            "<rated><count> " + _PEOPLE + " have rated <it>, with {MEAN} {RATED}",
            "<rated><count> " + _PEOPLE + " have rated <it>, giving it {RATED} on average",
            "<rated><count> " + _PEOPLE + " (?:have )?rated <it>",
        ),
        "predicate": (
            "averages {RATED}",
            "averages {RATED} {OVER}",
            "(?:has|holds|carries|enjoys|earned|has earned) {MEAN} {RATED}",
            "(?:has|holds|carries|enjoys|earned|has earned) {MEAN} {RATED} {OVER}",
            "(?:is|was|has been) rated {RATED} on average",
            "(?:is|was|has been) rated {RATED} on average by <rated><count> " + _PEOPLE,
            "(?:was|has been) rated by <rated><count> " + _PEOPLE,
            "(?:was|has been) rated by <rated><count> "
            + _PEOPLE
            + ",? (?:with {MEAN}|who gave it|averaging) {RATED}(?: on average)?",
            "has <rated><count> ratings",
            "has <rated><count> ratings,? (?:with|and) {MEAN} {RATED}",
            "(?:was|has been) chosen by <pick><count> " + _PEOPLE,
        ),
        "modifier": (
            "with {MEAN} {RATED}",
            "with {MEAN} {RATED} {OVER}",
            "averaging {RATED} {OVER}",
            "averaging {RATED}",
            "rated {RATED} on average",
            "rated {RATED} on average by <rated><count> " + _PEOPLE,
            "rated by <rated><count> " + _PEOPLE,
            "chosen by <pick><count> " + _PEOPLE,
        ),
    },
    "words": {
        "clause": (
            "you (?:asked for|wanted|requested) <what>, and <it> is (?:one|just that|exactly that|one of those)",
            "(?:since|as|because) you (?:asked for|wanted|requested) <what>, here is <film>",
        ),
        "predicate": (
            "is <what>,? (?:just |exactly )?(?:as|like|what) you (?:asked for|asked|wanted|requested)",
            "(?:fits|matches|meets|answers) your (?:request|wish) for <what>",
            "is <stated>,? (?:which|and that) (?:fits|suits|matches) (?:the|your) taste(?: you (?:named|described|stated))?",
            "(?:fits|suits|matches) the taste you (?:named|described|stated) as <stated>",
        ),
        "modifier": (
            "<what>,? (?:just |exactly )?as you (?:asked for|asked|wanted|requested)",
            "<stated>,? in line with the taste you (?:named|described|stated)",
        ),
    },
    "like": {
        "clause": (
            "like <title>,? <it> is <kin>",
            "like <title>, which you (?:named|mentioned|asked about), <it> is <kin>",
            "you (?:named|mentioned|asked about) <title>, and <it> is <kin> too",
        ),
        "predicate": (
            "shares <labels> with <title>",
            "shares (?:the genres? )?<labels> with <title>, which you (?:named|mentioned|asked about)",
            "is <kin>,? (?:just )?like <title>",
            "is <kin>,? (?:just )?like <title>, which you (?:named|mentioned|asked about)",
            "has (?:the genres? )?<labels> in common with <title>",
        ),
        "modifier": ("<kin> like <title>",),
    },
    "person": {
        "clause": (
            "you (?:have )?<feedback> <n> of the <x> films (?:in the catalog )?(?:by|directed by) <director>(?: in the catalog)?",
            "you (?:have )?<feedback> <n> of the <x> films (?:in the catalog )?(?:with|starring) <actor>(?: in the catalog)?",
            "<director>,? who (?:also )?directed <n_of_m> <films>, (?:also )?directed <it>",
        ),
        "predicate": (
            "(?:was|is) directed by {WHO}<director>,? (?:just )?like <n_of_m> <films>",
            "(?:was|is) directed by {WHO}<director>, who (?:also )?directed <n_of_m> <films>",
            "(?:stars|features) <actor>,? (?:just )?(?:like|as do) <n_of_m> <films>",
            "(?:stars|features) <actor>, who is (?:also )?in (?:the cast of )?<n_of_m> <films>",
        ),
        "modifier": (
            "directed by {WHO}<director>, who (?:also )?directed <n_of_m> <films>",
            "(?:starring|featuring) <actor>, who is (?:also )?in <n_of_m> <films>",
        ),
    },
    "moved": {
        "predicate": (
            "(?:has )?(?:moved|climbed|risen|rose|gone|is) up from (?:place|number|rank) <up>(?: (?:in|on) your last list)?"
            "(?:,? (?:and is )?now (?:at|in) (?:place |number |rank )?<now>)?",
            "(?:has )?(?:moved|climbed|risen|rose|gone|is) (?:up )?from (?:place|number|rank) <up> to <now>",
            "(?:has )?(?:moved|gone|is) down from (?:place|number|rank) <down> to <now>",
            "(?:has )?(?:fallen|fell|slipped|dropped) (?:down )?from (?:place|number|rank) <down> to <now>",
            "is new (?:in|on|to) (?:the|this|your) list,? at (?:place |number |rank )?<entered>",
        )
    },
    "plot": {
        "clause": (
            "the catalog (?:says|writes|tells)(?: of <it>)?: <quote>",
            "the catalog (?:describes|sums up) <it> (?:with|in these words|this way|so): <quote>",
            "(?:its|the) (?:summary|plot)(?: of <it>)? (?:in the catalog )?(?:begins|reads|says|goes|is)[:,]? <quote>",
        )
    },
    "metadata": {
        "clause": ("<directors> directed <it>", "<actors> (?:star|stars|appear|appears) in <it>"),
        "predicate": (
            "(?:was|is) directed by {WHO}<directors>",
            "(?:was|is) directed by {WHO}<directors>(?: and|,) (?:stars|features|starring|featuring|with) <actors>",
            "(?:stars|features|has) <actors>(?: in the cast)?",
            "is (?:a film|a work) (?:by|from) {WHO}<directors>",
            "comes from {WHO}<directors>",
        ),
        "modifier": (
            "directed by {WHO}<directors>",
            "directed by {WHO}<directors>(?: and|,| and also) (?:starring|featuring|with) <actors>",
            "(?:starring|featuring) <actors>",
            "with <actors>(?: in the cast)?",
            "from {WHO}<directors>",
            "a film by {WHO}<directors>(?: (?:with|starring|featuring) <actors>)?",
        ),
    },
    "catalog": {
        "clause": (),
        "predicate": (
            "is <type>",
            "(?:came out|was released) in <year>",
            "is a film (?:from|of) <year>",
            "(?:is|dates) from <year>",
            "is (?:listed|filed) under <labels>",
        ),
        "modifier": (
            "<type>",
            "(?:released|made) in <year>",
            "from <year>",
            "listed under <labels>",
        ),
    },
}


def wordings(kind: str, role: str) -> Iterator[str]:
    """Yield the wordings of a kind in a role, with `<slots>`, each part in braces spelled out in
    all its ways."""
    for wording in _WORDINGS.get(kind, {}).get(role, ()):
        yield from _spelled_out(wording)


def _spelled_out(wording: str) -> Iterator[str]:
    """Yield the wording with each of its parts in braces replaced by each of its choices.

    >>> list(_spelled_out("is {RATED}"))
    ['is <decimal>', 'is <decimal> of <top>']
    """
    names = [name for _, name, _, _ in Formatter().parse(wording) if name and name in _PARTS]
    if not names:
        yield wording
        return
    for choice in itertools.product(*(_PARTS[name] for name in names)):
        spelled = wording
        for name, one in zip(names, choice, strict=True):
            spelled = spelled.replace(f"{{{name}}}", one, 1)
        yield from _spelled_out(spelled)
