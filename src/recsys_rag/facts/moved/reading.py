"""What sentences about a move since the last list mean."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.fact import Check, Reading
from recsys_rag.verify.slots import exactly

if TYPE_CHECKING:
    from recsys_rag.facts.moved import MovedFact


def _slots(fact: "MovedFact") -> Mapping[str, Check]:
    if fact.last_rank is None:
        return {"entered": exactly(fact.rank)}
    direction = "up" if fact.rank < fact.last_rank else "down"
    return {"now": exactly(fact.rank), direction: exactly(fact.last_rank)}


READING = Reading(
    _slots,
    clauses=(
        "(up from {P}<up>|down from {P}<down>){BEFORE},? <it> is now (at|in) {P}<now>",
        "from {P}<up>{BEFORE},? <it> (rises|climbs|moves up|has risen) to {P}<now>",
        "from {P}<down>{BEFORE},? <it> (falls|slips|drops|moves down|has fallen) to {P}<now>",
        "{LAST},? <it> (was|stood) at {P}<up>(,|;) (and )?now (it is )?(up )?at {P}<now>",
        "{LAST},? <it> (was|stood) at {P}<down>(,|;) (and )?now (it is )?(down )?at {P}<now>",
        "{SINCE},? <it> (has )?{UP} from {P}<up> to {P}<now>",
        "{SINCE},? <it> (has )?{DOWN} from {P}<down> to {P}<now>",
        "new (in|on|to) {THIS}( list)?,? at {P}<entered>,? is <it>",
        "new (in|on) {THIS} list at {P}<entered> is <it>",
        "new since your last list is <it>,? at {P}<entered>",
        "{SINCE},? <it> (has )?(come in|entered|appeared|joined) at {P}<entered>",
        "<it> (was not|wasn't|is not from|did not stand) (on|in) {LAST_LIST}(;|,|:)( and| but| "
        "now)? it (enters|is new|comes in|starts|joins|arrives)( now)?( (at|in)) {P}<entered>",
        "{LAST_LIST} did not have <it>(;|,|:)( and| but| now)? it (enters|is new|comes "
        "in|starts|joins) (at|in) {P}<entered>",
    ),
    predicates=(
        "(has )?{UP} (from {P}<up>{BEFORE}|<up>{BEFORE})( to {P}<now>)( {SINCE})?",
        "(has )?{UP} to {P}<now>,? from (number |place |rank |spot )?<up>( {SINCE})?{BEFORE}",
        "(has )?{DOWN} from {P}<down>{BEFORE}( to {P}<now>)( {SINCE})?",
        "(has )?{DOWN} to {P}<now>,? from {P}<down>( {SINCE})?{BEFORE}",
        "is (now )?up from {P}<up>{BEFORE}(,? (and )?(is )?now (at|in) {P}<now>)?",
        "is (now )?down from {P}<down>{BEFORE}(,? (and )?(is )?now (at|in) {P}<now>)?",
        "(is|stands|sits) (now )?(at|in) {P}<now>,? up from {P}<up>{BEFORE}",
        "(is|stands|sits) (now )?(at|in) {P}<now>,? down from {P}<down>{BEFORE}",
        "was at {P}<up>{BEFORE},? (and is )?now up at {P}<now>",
        "was at {P}<down>{BEFORE},? (and is )?now down at {P}<now>",
        "is new (in|on|to) {THIS}( list)?,? (and enters |entering |coming in )?(at|in) "
        "{P}<entered>",
        "is new since {LAST_LIST},? at {P}<entered>",
        "(joins|enters|has joined|has entered|comes into) {THIS}( list)? (at|in) {P}<entered>",
        "is a (newcomer|new entry)( (in|on|to) {THIS}( list)?)?,? at {P}<entered>",
    ),
    parts={
        "P": ("((place|number|rank|spot|position|no|#) )?",),
        "THIS": ("(the|this|your) list",),
        "LAST_LIST": ("(your|the) (last|previous|earlier) (list|one)",),
        "BEFORE": ("", " (in|on) {LAST_LIST}", " last time", " before"),
        "LAST": ("last time", "(in|on) {LAST_LIST}"),
        "SINCE": ("since {LAST_LIST}", "since last time"),
        "UP": ("(moves|moved|climbs|climbed|rises|risen|rose|gone|goes|jumps|jumped)( up)?",),
        "DOWN": (
            "(moves|moved|goes|gone) down",
            "(falls|fallen|fell|slips|slipped|drops|dropped|sinks|sunk|sank)( down)?",
        ),
    },
)
