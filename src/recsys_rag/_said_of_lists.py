"""What points at the last list in a message: its items by number, moves along facts, questions.
Patterns only; `conversation` says what each does."""

import re

COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
NUMBERS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
# "seen 12 Monkeys" names a film, "seen 90s films" years
_REFERENCE = (
    rf"(?:(?:number (?:{'|'.join(COUNTED)})"
    rf"|(?:the |your |number |no\.? ?|#)?(?:\d{{1,2}}|{'|'.join(NUMBERS)}))"
    r"(?!\w)(?!(?-i: [A-Z][a-z]))(?: one| film)?)"
)
_REFERENCES = rf"{_REFERENCE}(?:(?:,? and |, ?){_REFERENCE}){{0,19}}"
IT = r"(?:that one|this one|that|it|this)"
_ANY = rf"(?P<which>{_REFERENCES}|{IT})"

# What moves along a strength: adjective -> column. A comparative says "more" of it.
STRENGTHS = dict.fromkeys(("violent", "bloody", "brutal", "gory", "violence"), "violence")
STRENGTHS |= dict.fromkeys(("scary", "frightening", "creepy"), "scares")
STRENGTHS |= dict.fromkeys(("sad", "heavy", "dark", "depressing", "sadness"), "sadness")
STRENGTHS |= {"sexy": "sex", "erotic": "sex"}
MORE_OF = {"scarier": "scares", "sadder": "sadness", "darker": "sadness", "heavier": "sadness"}
LESS_OF = {"lighter": "sadness", "happier": "sadness", "tamer": "violence", "gentler": "violence"}
_THAN = rf"(?: than {_ANY})?"
_ADJECTIVE = "|".join(STRENGTHS)
STRONGEST = 3


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


WHY = _words(
    r"/?why\s+(?:(?:is|are you (?:showing|suggesting)|did you (?:show|suggest|choose|pick))\s+)?"
    r"(?:me\s+)?(?:number\s+|no\.?\s*|#)?(\d{1,2})\s*\??"
)
CONTROL = _words(
    r"(?P<back>(?:(?:can|could|may) (?:you|we) |lets |please )*(?:go )?back"
    r"(?: to (?:the |my )?(?:previous|last) (?:list|one|ones))?(?: please)?|undo(?: that)?)"
    r"|(?P<over>(?:(?:ok |okay |please )*forget (?:all (?:of )?that|everything),? ?)?(?:and )?"
    r"(?:lets |please |can we )?(?:start over|start again|start from scratch|reset)(?: please)?)"
)
_ITEM = _ANY.replace("?P<which>", "?:")
QUESTION = _words(
    r"(?:(?:so|and|ok|okay|hey|well),? )?"
    rf"(?:(?P<director>who (?:directed|made) {_ITEM}|who(?:s| is) the director of {_ITEM})"
    rf"|(?P<actors>who(?:s| is| plays| stars| played| starred) in {_ITEM}"
    rf"|who (?:plays|played|has) the (?:lead|main part|main role) in {_ITEM})"
    rf"|(?P<plot>what(?:s| is| are)? {_ITEM} about|what happens in {_ITEM})"
    rf"|(?P<runtime>how long is {_ITEM}|how long does {_ITEM} (?:run|last|take))"
    rf"|(?P<year>when was {_ITEM} (?:made|released)|when did {_ITEM} come out|how old is {_ITEM}"
    rf"|what year is {_ITEM}(?: from)?)"
    rf"|(?P<strength>(?:is {_ITEM} (?:very |really |too |that )?|how )(?P<adjective>{_ADJECTIVE})"
    rf"(?: is {_ITEM})?))"
)
REFERRED = _words(_ANY)
_ALREADY = r"(?: (?:already|before|yesterday|last \w+|on a (?:plane|flight)|in the cinema))*"
SEEN = _words(
    rf"\b(?:(?:i|ive|we|weve|have|already) )*(?:seen|saw|watched|know) {_ANY}\b{_ALREADY}"
)
_BAD = r"(?:hated|disliked|did(?:nt| not) (?:like|enjoy|love))"
RATED = _words(
    rf"\b(?:(?:i|we) )?(?:loved|liked|enjoyed|(?P<bad>{_BAD})) {_ANY}"
    rf"|\bi (?:really )?(?:love|like|enjoy|(?P<worse>hate|dislike)) (?P<these>{_REFERENCES})"
    r"(?! (?:hours?|minutes?))"
)
_GOOD = "great|good|fun|brilliant|amazing|excellent|wonderful|lovely|my favou?rite"
JUDGED = _words(
    rf"(?P<which>{_REFERENCES}) (?:(?:is|are|was|were) (?:so |really |very |just |pretty )?"
    rf"(?:{_GOOD}|(?P<bad>bad|boring|awful|terrible|dull|not (?:so |that |very )?(?:good|great)))"
    r"|(?P<worse>(?:(?:is|are|was|were) )?not so much))\b"
)
NOT = _words(rf"\b(?:not|without|no more of|skip|drop) {_ANY}(?![^ ,.!?])")
LIKE = _words(
    rf"(?:\b(?:more|something|some|anything)(?: films)? like|^like|\bmore of) {_ANY}"
    r"(?! (?:minutes|hours))"
)
_NOT_SAID = r"(?<!not )(?<!nothing )(?<!never )(?<!nt )"
_RATHER = "too|a bit too|way too|a bit|a little|rather|pretty"
LEVEL = _words(
    rf"\b(?:(?:(?P<less>less|not so|not as|not that|{_NOT_SAID}too"
    rf"|(?:thats|theyre|(?:these|those) are)(?: all)? (?:{_RATHER}))|more)"
    rf" (?P<adjective>{_ADJECTIVE})"
    rf"|(?P<comparative>{'|'.join([*MORE_OF, *LESS_OF])}))\b{_THAN}"
)
YEAR = _words(
    rf"\b(?:(?P<newer>newer|more recent|more modern|{_NOT_SAID}(?:{_RATHER}) old)"
    rf"|older|{_NOT_SAID}(?:{_RATHER}) (?:new|modern))\b{_THAN}"
)
LENGTH = _words(
    rf"\b(?:(?P<shorter>{_NOT_SAID}shorter|{_NOT_SAID}(?:{_RATHER}) long)"
    rf"|{_NOT_SAID}(?<!no )longer|{_NOT_SAID}too short)\b"
    rf"(?! than [^,.;]*(?:hours?|hrs?|h|minutes?|mins?)\b){_THAN}(?! ?\d)"
)
FUNNIER = _words(r"\b(?:funnier|more funny|more fun)\b")
KNOWN = _words(
    r"\b(?:(?P<known>better known|more popular|more famous|more mainstream)"
    r"|(?P<obscure>less known|lesser known|less popular|more obscure))\b"
)
JOINS = _words(
    r"^(?:[\s,.;!?]|\b(?:but|and|please|something|one|ones|a bit|much|so|i|its|it is|for me)\b)*$"
)
