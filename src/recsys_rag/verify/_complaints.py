"""Why an unreadable sentence is refused, in words that a writer can act on: what kind of claim it
makes that no fact does."""

import re
import unicodedata
from collections.abc import Iterator

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.types import Context
from recsys_rag.verify.names import COMMON_WORDS, Spellings, as_shown, masked, names_in

_SAID = (
    (
        r"not|never|no|none|nobody|nothing|neither|nor|hardly|barely|scarcely|rarely|seldom|without|few|fails?|\w+n't",
        "a negation, which no fact contains",
    ),
    (
        r"(?<!or )better|worse|(?<!or )higher|lower|fewer|greater|rather|unlike|than",
        "a comparison, which no fact makes",
    ),
    (
        r"best|worst|greatest|finest|most "
        r"(?!like|similar)\w+|highest|favou?rite|ever|always|every|everyone|only|must-see"
        r"|perfect(?:ly)?|masterpiece|amazing|brilliant|great|classic|gripping|stunning|wonderful|beloved|acclaimed|award\S*"
        r"|truly|really|very",
        "praise or an absolute, which no fact contains",
    ),
    (
        r"(?:you|you have|you've)(?: already)? "
        r"(?:saw|seen|watched|loved?|enjoy(?:ed)?|know|remember)|you will|you'll|already",
        "something about you that no fact says",
    ),
    (r"because|therefore|so that|thanks to|that is why", "a cause, which no fact states"),
)
_COMPLAINTS = tuple(
    (re.compile(rf"\b(?:{words})(?!\w)", re.IGNORECASE), what) for words, what in _SAID
)

_UNCITED = "cites no evidence"  # true, but what is said may be what is wrong
_TELLING = ("says ", "cites ", "does not end", "evidence ", "characters ")


def complaint(text: str, reason: str, context: Context, spellings: Spellings) -> str:
    """Return the most telling reason for refusing this text: `reason` itself where it names what
    differs from a fact."""
    for character in text:
        if unicodedata.category(character)[0] == "C":
            return f"contains the invisible character U+{ord(character):04X}"
    if reason.startswith(_TELLING) and reason != _UNCITED:
        return reason
    rest = masked(text, names_in(context, spellings))
    return next(_of(rest, spellings.catalog), reason)


def _of(text: str, catalog: Catalog) -> Iterator[str]:
    """Yield what is wrong with a text whose own names are marks: a foreign title, or words that no
    fact can bear out."""
    for mention in catalog.mentions(re.sub("[\ue000-\uf8ff]", "_", text)):
        title = text[mention.start : mention.stop]
        if fold(title) not in COMMON_WORDS:
            yield f"names {as_shown(title)}, which this evidence does not"
    for pattern, what in _COMPLAINTS:
        if found := pattern.search(text):
            yield f"says {found[0]!r}: {what}"
