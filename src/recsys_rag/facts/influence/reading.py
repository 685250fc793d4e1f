"""What sentences about the person's own items mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.names import as_shown
from recsys_rag.verify.slots import (
    COUNT,
    FEEDBACK,
    FLAG,
    NAME,
    ORDINAL,
    RATING,
    TWO_NAMES,
    count,
    exactly,
    holds,
)

if TYPE_CHECKING:
    from recsys_rag.facts.influence import InfluenceFact

_MANY = (10, 20, 50, 100)  # places that "more than" may be said of, however many more


def _slots(fact: "InfluenceFact") -> Mapping[str, Check]:
    titles, ratings = [as_shown(title) for title in fact.titles], [f"{r:g}" for r in fact.ratings]
    slots: dict[str, Check] = {"feedback": exactly("liked" if ratings else "chose")}
    slots["rank"] = exactly(fact.rank)
    slots["n_ranked"] = count(fact.n_ranked)
    if fact.n_places:
        slots |= {"rank_without": exactly(fact.rank_without), "lower": holds}
    else:
        slots["same"] = holds
    if n := fact.n_places:
        is_it, more = count(n), exactly(*(f"more than {most}" for most in _MANY if n > most))
        slots["places"] = lambda text: is_it(text) or more(text)
    if fact.is_near:
        slots["near"] = holds
    if fact.is_main:
        slots["main"] = holds
    if fact.is_example:
        return {**slots, "example": exactly(titles[0])}
    slots["rated" if ratings else "pick"] = holds
    if len(titles) == 2:
        slots["both"] = exactly(" and ".join(titles))
        slots |= {"one": exactly(titles[0]), "other": exactly(titles[1])}
        if ratings:
            first, second = ratings
            slots |= {"r_one": exactly(first), "r_other": exactly(second)}
            if first == second:
                slots["each"] = exactly(first)
        return slots
    slots["title"] = exactly(titles[0])
    if ratings:
        slots["r"] = exactly(ratings[0])
    return slots


READING = Reading(
    _slots,
    shapes={
        **dict.fromkeys(("title", "example", "one", "other"), NAME),
        **dict.fromkeys(("rated", "pick", "near", "main", "same", "lower"), FLAG),
        **dict.fromkeys(("rank", "rank_without"), ORDINAL),
        "n_ranked": COUNT,
        **dict.fromkeys(("r", "r_one", "r_other", "each"), RATING),
        "both": TWO_NAMES,
        "feedback": FEEDBACK,
        "places": COUNT,
    },
    clauses=(
        # what it adds: places in the ranking
        "without {REASON},? <it> would {RANK_LOWER}",
        "<it> would {RANK_LOWER} without {REASON}",
        "take away {REASON},? and <it> (drops|falls|slips|sinks|goes down)( by)? {PLACES}",
        "(had you not|if you had not) (rated|chosen) <title>,? <it> would {RANK_LOWER}",
        "{YOU_GAVE},? and without (that|those|it) <it> would {RANK_LOWER}",
        "{REASON} {LIFTS} <it>( up)?( by)? {PLACES}( in your (ranking|list))?",
        "{REASON} (is|are) worth {PLACES} to <it>",
        "{YOU_GAVE},? and (that|those|together they) {LIFTS} <it>( up)?( by)? {PLACES}( in your "
        "(ranking|list))?",
        # its place, with and without
        "{HERE}<it> {RANKS} <rank>{OF_RANKED}",
        "<lower>{WITHOUT},? <it> would {BE_AT} {PLACE}<rank_without>{OF_RANKED}{NOT_AT}",
        "<lower><it> would {BE_AT} {PLACE}<rank_without>{OF_RANKED}{NOT_AT} {WITHOUT}",
        "<lower><it> {RANKS} {PLACE}<rank>{OF_RANKED}{LIST_END},? {BUT} {WITHOUT} it would {BE_AT} {PLACE}<rank_without>",
        "<lower><it> {RANKS} {PLACE}<rank>{OF_RANKED}{LIST_END},? {BUT} (it )?would {BE_AT} {PLACE}<rank_without>{OF_RANKED} {WITHOUT}",
        "<lower>{REASON} {MOVES} <it>( up)? {FROM_TO}{LIST_END}",
        "<lower>{REASON} (is|are) what {MOVES} <it>( up)? {FROM_TO}{LIST_END}",
        "<lower>{YOU_GAVE},? (and|which|and that|and that rating) {MOVES} <it>( up)? {FROM_TO}{LIST_END}",
        "<lower>{REASON} (is|are) (why|part of why|one reason) <it> {RANKS} {PLACE}<rank>{OF_RANKED}( (rather than|instead of|and not) {PLACE}<rank_without>)?",
        "<lower>{THANKS_TO} {REASON},? <it> {RANKS} {PLACE}<rank>{OF_RANKED}{NOT_AT_WITHOUT}",
        "<lower><it> {RANKS} {PLACE}<rank>{OF_RANKED}{NOT_AT_WITHOUT},? {THANKS_TO} {REASON}",
        "<lower>{THANKS_TO} {REASON},? <it> {MOVES_UP} {FROM_TO}",
        "<same><it> would {KEEP} (even |with or )?{WITHOUT}",
        "<same>(even )?{WITHOUT},? <it> would {KEEP}",
        "<same><it> {RANKS} {PLACE}<rank>{OF_RANKED},? (and|but) (it )?would {KEEP} (even )?{WITHOUT}",
        "<same><it> {RANKS} {PLACE}<rank>{OF_RANKED}(,? (and|but)) (even )?{WITHOUT} it would {KEEP}",
        # that the same people rate both
        "<near><it> (and|shares) {REASON} {SAME_PEOPLE}",
        "<near>{REASON} and <it> {SAME_PEOPLE}",
        "<near><it> (is|was|has been) rated by {MUCH} same {PEOPLE} (as|who rated|that rated|who also rated|as those who rated) {REASON}",
        "<near>{MUCH} same {PEOPLE} (have )?rated (both )?<it> and {REASON}",
        "<near>{MUCH} same {PEOPLE} (have )?rated (both )?{REASON} and <it>",
        "<near>(the )?{PEOPLE} who (rated|have rated|watched) {REASON} (tend|tended) to (rate|have rated) <it>( too| as well)?",
        # that it speaks for the film
        "{REASON} {HELPS} <it>",
        "{REASON} {LIFTS} <it>( up| higher| up (the|your|this) list| onto (the|your|this) list)?",
        "{REASON} (is|are) (one|a|part of the) reasons? {FOR_IT}",
        "{REASON} (is|are) part of (the case|what speaks) for <it>",
        "(one|a|part of the) (reason|case) {FOR_IT} is {REASON}",
        "one of the reasons {FOR_IT} is {REASON}",
        "two reasons {FOR_IT} are {REASON}",
        "part of what speaks for <it> is {REASON}",
        "both {REASON} speak for <it>,? and {YOU_GAVE_THEM}",
        "{WE_SUGGEST} <it> {PARTLY} (because of|for|thanks to) {REASON}",
        "{WE_SUGGEST} <it> {PARTLY} (because|since|as) {YOU_GAVE}",
        "{PARTLY} (because|since|as) {YOU_GAVE},? <it> is {LIST}",
        "{PARTLY} (because of|thanks to) {REASON},? <it> is {LIST}",
        "having (given|awarded) <title> {A_R},? you get <it> (partly|in part) for that",
        "having rated <title> (a |an )?<r>,? you get <it> (partly|in part) for that",
        "{YOU_GAVE},? (which|and that) (is one reason|is part of the reason|is one of the "
        "reasons) {FOR_IT}",
        "{YOU_GAVE},? (which|and that) (helps|helped|speaks for|counts for|lifts) <it>",
        # the largest of all that move its score
        "<main>above all,? it is {REASON} that speaks for <it>",
        "<main>the (main|biggest|strongest) reason {FOR_IT} is {REASON}",
        "<main>{REASON} is the (main|biggest|strongest) reason {FOR_IT}",
        "<main>(because|since|as) {YOU_GAVE},? <it> is {LIST}",
        "<main>because of {REASON},? <it> is {LIST}",
        # that the same people rate both
        "<near>the same people tend to (rate|choose) <it> and {REASON}",
        "<near>the same people tend to (rate|choose) {REASON} and <it>",
        "<near>(the )?{PEOPLE} who (rated|chose) {REASON},? (as you did,? )?(tend to|often) "
        "(have rated|rate|choose) <it>( too)?",
        "<near>whoever (rated|chose) {REASON},? has often (rated|chosen) <it>( too)?",
        "<near>{IS_CLOSE} {REASON} {IN_EYES}",
    ),
    predicates=(
        "{RANKS} {PLACE}<rank>{OF_RANKED}{LIST_END}",
        "<lower>would {BE_AT} {PLACE}<rank_without>{OF_RANKED}{NOT_AT} {WITHOUT}",
        "<lower>{RANKS} {PLACE}<rank>{OF_RANKED}{LIST_END},? {BUT} (it )?would {BE_AT} {PLACE}<rank_without>{OF_RANKED} {WITHOUT}",
        "<lower>{RANKS} {PLACE}<rank>{OF_RANKED}{LIST_END},? {BUT} {WITHOUT} it would {BE_AT} {PLACE}<rank_without>",
        "<lower>{RANKS} {PLACE}<rank>{OF_RANKED}{NOT_AT_WITHOUT}{LIST_END},? {THANKS_TO} {REASON}",
        "<lower>{MOVES_UP} {FROM_TO}{LIST_END},? {THANKS_TO} {REASON}",
        "<lower>owes its (move|rise|climb|jump|step|lift) {FROM_TO} to {REASON}",
        "<lower>owes (its place|its spot|its rank|its position) at {PLACE}<rank> to {REASON}",
        "<same>would {KEEP} (even )?{WITHOUT}",
        "<same>{RANKS} {PLACE}<rank>{OF_RANKED}{LIST_END}(,? (with or without|even without)) {REASON}",
        "<same>{RANKS} {PLACE}<rank>{OF_RANKED}{LIST_END},? (and|but) (it )?would {KEEP} (even )?{WITHOUT}",
        "<near>(is|was|has been) rated by {MUCH} same {PEOPLE} (as|who rated|that rated|who also rated|as those who rated|who have rated) {REASON}",
        "<near>(shares|has) (much of |many of |most of )?(its|the same) (audience|raters|viewers) (with|as) {REASON}",
        "<near>(draws|drew|attracts|appeals to) {MUCH} same (raters|crowd|audience|people|viewers) as {REASON}",
        "(gains|benefits|profits) from {REASON}",
        "owes {PLACES}( in your (ranking|list))? to {REASON}",
        "owes (some|part|a part) of its (place|rank|standing)( here)? to {REASON}",
        "is (here|recommended|suggested|on your list) (in part|partly) for {REASON}",
        "is {LIST} {PARTLY} (because|since|as) {YOU_GAVE}",
        "is {LIST} {PARTLY} (because of|thanks to|for|on account of|due to) {REASON}",
        "<main>is {LIST},? (because|since|as) {YOU_GAVE}",
        "<near>is (rated|chosen) by (much |mostly |largely )?the same people as {REASON}",
        "<near>tends to be (rated|chosen) by the people who (rated|chose) {REASON}",
        "<near>{IS_CLOSE} {REASON} {IN_EYES}(,? (and {YOU_GAVE_THAT}|which {YOU_DID}))?",
        "<near>{IS_CLOSE} <title>,? which {YOU_DID},? {IN_EYES}",
    ),
    preludes=("{YOU_GAVE}", "<rated>you liked <title>", "<rated>you liked <both>"),
    reasons=("{REASON}",),
    adjuncts=(
        "(not least|partly|in part) because of {REASON}",
        "(not least|partly|in part) (because|since) {YOU_GAVE}",
    ),
    adjoins=("predicted",),
    parts={
        "REASON": (
            "your <r> (for|to|of) <title>",
            "your <r> - star rating (for|of) <title>",
            "your <r> rating (for|of) <title>",
            "the <r> (that )?you (gave|awarded)( to)? <title>",
            "<rated>your ratings? (for|of) (<title>|<both>)",
            "your rating of <r> for <title>",
            "<rated>your (liking|love|fondness) (for|of) <title>",
            "<title>,? {WHICH_YOU_GAVE},?",
            "<both>,? {WHICH_YOU_GAVE_EACH},?",
            "<rated>(<title>|<both>),? which you (liked|rated),?",
            "<rated><title>",
            "<rated><both>",
            "your <r_one> for <one> and your <r_other> for <other>",
            "<pick>your (choice|picking) of (<title>|<both>)",
            "<pick><title>,? which you (chose|picked),?",
            "<pick><both>,? which you (chose|picked),?",
            "<pick>(<title>|<both>)",
            "<example>,? (which you (named|mentioned|asked about)|your example),?",
            "your example,? <example>,?",
            "<example>",
        ),
        "WHICH_YOU_GAVE": ("(to )?which {YOU_DID}", "a film (that )?{YOU_DID}"),
        "WHICH_YOU_GAVE_EACH": (
            "(to )?which you {DID} (a |an )?<each> each",
            "(to )?which you {DID} (a |an )?<r_one> and (a |an )?<r_other>( respectively)?",
            "(both of )?which you chose",
        ),
        "RATE_VERB": ("(rated|scored|have rated|marked)",),
        "GIVE_VERB": ("(gave|awarded|have given)",),
        "DID": ("{GIVE_VERB}", "{RATE_VERB}"),
        # "you gave Alien 5" might be a film of that name
        "YOU_DID": ("you {GIVE_VERB} {A_R}", "you {RATE_VERB} (a |an )?<r>"),
        "A_R": ("(a|an) <r>", "<r> (stars|points)"),
        "YOU_GAVE": (
            "you {GIVE_VERB} <title> {A_R}",
            "you {GIVE_VERB} {A_R} to <title>",
            "you {RATE_VERB} <title> (at )?(a |an )?<r>",
            "your rating (for|of) <title> (is|was) (a |an )?<r>",
            "you {DID} <both> (a |an )?<each> each",
            "you {DID} <both> (a |an )?<r_one> and (a |an )?<r_other>",
            "you {DID} <one> (a |an )?<r_one> and <other> (a |an )?<r_other>",
            "<pick>you (chose|picked) (<title>|<both>)",
            "you named <example>",
        ),
        "YOU_GAVE_THEM": (
            "you {DID} (them|those) (a |an )?<each> each",
            "you {DID} (them|those) (a |an )?<r_one> and (a |an )?<r_other>",
            "<pick>you chose (both|them)",
        ),
        "YOU_GAVE_THAT": (
            "{YOU_GAVE_THEM}",
            "you {GIVE_VERB} (that one|that film|that) {A_R}",
            "you {RATE_VERB} (that one|that film|that) (a |an )?<r>",
        ),
        "HELPS": (
            "(help|helps|helped|lift|lifts|lifted|support|supports|favor|favors)",
            "(speak|speaks|count|counts|argue|argues) (for|in favor of)",
        ),
        "PLACES": ("<places> (places?|spots?|positions?|ranks?|slots?)", "<places>"),
        "HERE": ("", "(by score|on score|going by score|on your list|in your list|in your ranking|for you),? "),
        "PLACE": ("", "(the )?(number|place|rank|spot|position) ", "the "),
        "RANKS": (
            "(ranks|is ranked|comes in|sits|stands|places|lands|is|comes|comes out|holds|takes|goes|ends up|scores|finishes|now ranks|now sits|occupies|earns|has)"
            "( (at|in|as|up at|up in))?",
        ),
        "OF_RANKED": (
            "( (place|spot|position|rank|overall|slot))?"
            "( (for you|in your ranking|on your list|in your list|by score|on score|by its score|for your taste|overall))?"
            "( (of|out of|among|from|in a field of|in a ranking of|in a list of|of all|across) (the |some |all |all of the |your )?<n_ranked>( (films|candidates|titles|options|others|possibilities|contenders|ranked films|films ranked|items|choices|films that could be shown|scored films|films scored|eligible films))?)?"
            "( (for you|in your ranking|on your list|in your list|by score|on score|for your taste|overall))?",
        ),
        "LIST_END": ("", " (for you|on your list|in your list|in your ranking|in the ranking|on the list|by score|in the list|in our ranking|here)"),
        "WITHOUT": ("(without|minus|if not for|were it not for|if it were not for|but for|absent|take away|leave out|remove) {REASON}", "had you not (rated|seen|given|named|chosen) <title>"),
        "BE_AT": (
            "(only |instead |just |still |have )?(rank|ranked|be|be ranked|sit|stand|come|come in|land|place|fall|drop|slip|slide|end up|finish|sink|tumble|go|dip|be down|move down|fall back|drop back|drop down|slip back|slide back|slip down|fallen|dropped|slipped|be sitting|plunge|plummet)"
            "( only)?( (to|in|at|as|down to|down at|down in|back to|all the way down to|all the way to))?",
        ),
        "NOT_AT": ("", "( instead)?( (rather than|instead of|not|and not)( (in|at|on|as))? {PLACE}<rank>)?( instead)?"),
        "NOT_AT_WITHOUT": ("", " (rather than|instead of|not|and not|up from)( (in|at|on|as))? {PLACE}<rank_without>"),
        "FROM_TO": (
            "from {PLACE}<rank_without>( place)?,?( up)? (to|into|all the way to) {PLACE}<rank>( place| spot)?",
            "(up )?(to|into) {PLACE}<rank>( place| spot)?,? (from|up from) {PLACE}<rank_without>( place)?",
            "up from {PLACE}<rank_without>( place)?",
        ),
        "MOVES": (
            "(push|pushed|pushes|move|moved|moves|lift|lifted|lifts|bring|brought|brings|raise|raised|raises"
            "|nudge|nudges|nudged|bump|bumps|bumped|boost|boosts|boosted|carry|carries|carried|take|takes|took"
            "|pull|pulls|pulled|helps lift|helped lift|helps move|helped move|help lift|helps push|helped push|shift|shifts|shifted|helps bring|propels|propelled|sends|sent|vaults|vaulted|jumps|jumped|hoists)",
        ),
        "MOVES_UP": ("(moves|moved|climbs|climbed|rises|rose|jumps|jumped|goes|went|is lifted|was lifted|is up|steps|has moved|has climbed|has risen|gets bumped|is pushed|is bumped|is nudged|leaps|leapt)( up)?",),
        "THANKS_TO": ("(partly |in part )?(thanks to|because of|owing to|due to|with help from|helped by|with the help of|on the strength of|given|by virtue of)",),
        "BUT": ("(but|and|though|yet|although|while)",),
        "KEEP": (
            "(still )?(rank|place|stand|be|sit|come|come in|land) (the same|just the same|just as high|as high|in the same (place|spot|position)|there|exactly the same|right there|where it (is|does))",
            "(keep|hold|hold on to|retain) (its|that|the same) (place|spot|rank|position|ranking)",
            "(still )?(rank|be|sit|stand|come|come in|place|remain|stay)( in| at)? {PLACE}<rank>( place| spot)?",
            "(stay|remain) (put|where it is|there|in place|at the same (place|spot|rank)|in the same (place|spot))",
        ),
        "MUCH": ("(much|largely|mostly|many of) (of )?the", "the"),
        "SAME_PEOPLE": (
            "(are|were|have been) (both )?rated by {MUCH} same {PEOPLE}",
            "(share|have) (much of |many of )?(the same|an|their) (raters|audience|viewers)",
            "(draw|attract|appeal to) {MUCH} same (raters|crowd|audience|people|viewers)",
            "tend to be rated by the same {PEOPLE}",
        ),
        "RANK_LOWER": (
            "(rank|stand|be|fall|come) {PLACES} (lower|further down)",
            "(drop|fall|lose|slip)( by)? {PLACES}( lower| further down)?",
        ),
        "LIFTS": (
            "(push|pushed|pushes|move|moved|moves|lift|lifted|lifts|bring|brought|brings|raise|raised|raises)",
        ),
        "FOR_IT": (
            "for <it>",
            "(why|that) <it> is {LIST}",
            "{WE_SUGGEST} <it>",
            "(to|we) {SUGGEST} <it>",
        ),
        "SUGGEST": ("(suggest|recommend|propose|list)",),
        "IS_CLOSE": ("(is|stands|sits|lies) (close to|near)", "(close to|near)"),
        "IN_EYES": (
            "in the eyes of (other (viewers|people)|others)",
            "(in|going by|judging by|according to) (the ratings of (others|other people|other "
            "viewers)|(other viewers'|others'|other people's) ratings)",
        ),
        "RATINGS_OF_OTHERS": (
            "(other viewers'|other people's|others') ratings",
            "the ratings of (others|other people|other viewers)",
        ),
    },
)
