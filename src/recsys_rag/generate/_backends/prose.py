"""Free prose in which no name and no number can stand but those that are given: as GBNF, and as a
check of a finished text.

A name in lower case can still be spelled by free words; that is for the verifier to find.
"""

import re
from collections.abc import Iterator, Sequence

from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.gbnf import quoted

MOST_SENTENCES = 3
_CITATION = re.compile(r"\[[1-9]\]")
_MAY_NOT = re.compile(
    r"\w*(?:[^\W\d_a-z]|\d)\w*"
)  # a word with anything but a to z: a capital, a digit, another script
_SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))(\w+)")


def prose_gbnf(names: Sequence[str], openers: Sequence[str]) -> str:
    r"""Return a grammar of at most three sentences: lower-case words, the names, and citations [1]
    to [9].

    A sentence begins with one of `openers`, words that are no names, or with a name.

    >>> print(prose_gbnf(["Heat (1995)", "17"], ["It"]))
    root ::= " "? sentence (" " sentence)? (" " sentence)?
    sentence ::= (opener | name) (between item)* "."
    item ::= word | name | "\"" name "\"" | "%" | "[" [1-9] "]"
    between ::= " " | ", " | "; " | ": "
    word ::= [a-z]+ (("'" | "-") [a-z]+)* "'"?
    name ::= ("Heat (1995)" | "17") "'s"?
    opener ::= "It"
    """
    more = " ".join(['(" " sentence)?'] * (MOST_SENTENCES - 1))
    rules = [
        f'root ::= " "? sentence {more}',
        'sentence ::= (opener | name) (between item)* "."',
        r'item ::= word | name | "\"" name "\"" | "%" | "[" [1-9] "]"',
        'between ::= " " | ", " | "; " | ": "',
        """word ::= [a-z]+ (("'" | "-") [a-z]+)* "'"?""",
        f"""name ::= ({" | ".join(map(quoted, names))}) "'s"?""",
        f"opener ::= {' | '.join(map(quoted, openers))}",
    ]
    return "\n".join(rules)


def foreign(text: str, names: Sequence[str], openers: Sequence[str]) -> str:
    """Return the first word of a text that is neither in a name nor in lower case nor an opener, ""
    where there is none.

    >>> foreign("It is close to Heat (1995) [1].", ["Heat (1995)"], ["It"])
    ''
    >>> foreign("It beats Ronin.", ["Heat"], ["It"])
    'Ronin'
    """
    rest = text.strip()
    for name in sorted(names, key=len, reverse=True):
        rest = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "_", rest)
    rest = _CITATION.sub("", rest)
    rest = _SENTENCE.sub(lambda word: "" if word[1] in openers else word[1], rest)
    word = _MAY_NOT.search(rest)
    return word[0] if word else ""


def kept_to(
    pieces: Iterator[str], names: Sequence[str], openers: Sequence[str], name: str
) -> Iterator[str]:
    """Yield the pieces once they have all come and hold nothing foreign. Raises GenerationError
    where they do."""
    held = list(pieces)
    if word := foreign("".join(held), names, openers):
        raise GenerationError(
            f"{name}: the text may contain only the names given, but contains {word!r}"
        )
    yield from held
