"""BERT's uncased WordPiece tokenizer: text -> token ids. Pairs of texts and cased vocabularies are
left out.

Text is cleaned, lower-cased, stripped of accents and split at spaces, punctuation and Chinese
characters as BERT's BasicTokenizer does (Devlin et al. 2019, github.com/google-research/bert,
tokenization.py); each word is then cut into the longest known pieces, left to right. Unlike there,
"[SEP]" written in a text is only a word in brackets: what a person types cannot reach the special
tokens.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Self

from recsys_rag.errors import AssetError

_LONGEST_WORD = 100  # characters; longer words are unknown, as in the reference
_CACHED_WORDS = 50_000
_CHINESE = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class _Characters(dict[int, str]):
    """What each character becomes, worked out on first sight; for `str.translate` on decomposed
    (NFD) text."""

    def __missing__(self, codepoint: int) -> str:
        self[codepoint] = became = _became(chr(codepoint))
        return became


def _became(character: str) -> str:
    """Return what cleaning makes of one decomposed character.

    >>> _became("A"), _became("-"), _became("\\u0301"), _became("\\t"), _became("映")
    ('a', ' - ', '', ' ', ' 映 ')
    """
    category = unicodedata.category(character)
    if character in "\t\n\r":
        return " "
    if character == "\ufffd" or category in ("Cc", "Cf", "Co", "Mn"):
        return ""
    if character.isspace():
        return " "
    if category[0] == "P" or _is_ascii_symbol(character) or _is_chinese(character):
        return f" {character} "
    return character.lower()


def _is_ascii_symbol(character: str) -> bool:
    return "!" <= character <= "~" and not character.isalnum()


def _is_chinese(character: str) -> bool:
    return any(first <= ord(character) <= last for first, last in _CHINESE)


class WordPiece:
    """Turns texts into token ids with [CLS] before and [SEP] after.

    >>> tokenizer = WordPiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "slow", "##est", "-"])
    >>> tokenizer.encode("Slowest - SLOW!", max_tokens=8)
    [2, 4, 5, 6, 4, 1, 3]
    """

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._ids = {piece: i for i, piece in enumerate(vocabulary)}
        missing = [piece for piece in ("[UNK]", "[CLS]", "[SEP]") if piece not in self._ids]
        if missing:
            raise AssetError(
                f"the vocabulary lacks {', '.join(missing)}; it is not a BERT vocab.txt"
            )
        self._unknown, self._first, self._last = (
            self._ids[piece] for piece in ("[UNK]", "[CLS]", "[SEP]")
        )
        self._longest_piece = max(map(len, self._ids))
        self._characters = _Characters()
        self._words: dict[str, tuple[int, ...]] = {}

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a vocab.txt, one piece a line. Raises AssetError when it is missing, not UTF-8, or
        no BERT vocabulary."""
        try:
            lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise AssetError(
                f"{path}: the sentence encoder's vocabulary cannot be read: {error}"
            ) from error
        return cls(line.removesuffix("\r") for line in lines)

    def __len__(self) -> int:
        return len(self._ids)

    def words(self, text: str) -> list[str]:
        """Split text as BERT does, before words are cut into pieces.

        >>> WordPiece(["[UNK]", "[CLS]", "[SEP]"]).words("Amélie's 9½\\tweeks, 映画")
        ['amelie', "'", 's', '9½', 'weeks', ',', '映', '画']
        """
        return unicodedata.normalize("NFD", text).translate(self._characters).split()

    def encode(self, text: str, max_tokens: int) -> list[int]:
        """Return the ids of [CLS], the text's pieces and [SEP]; the text is cut so that all are at
        most `max_tokens`."""
        ids = [self._first]
        for word in self.words(text):
            ids.extend(self._pieces(word))
            if len(ids) >= max_tokens:
                break
        del ids[max_tokens - 1 :]
        return [*ids, self._last]

    def _pieces(self, word: str) -> Sequence[int]:
        pieces = self._words.get(word)
        if pieces is None:
            if len(self._words) >= _CACHED_WORDS:
                self._words.clear()
            self._words[word] = pieces = self._cut(word)
        return pieces

    def _cut(self, word: str) -> tuple[int, ...]:
        """Cut one word into the longest known pieces, left to right; one [UNK] when some part is
        unknown."""
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        pieces = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            for stop in range(min(len(word), start + self._longest_piece), start, -1):
                piece = self._ids.get(prefix + word[start:stop])
                if piece is not None:
                    pieces.append(piece)
                    start = stop
                    break
            else:
                return (self._unknown,)
        return tuple(pieces)
