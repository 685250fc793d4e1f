"""What is refused in words of its own ("no vampires", "not Vietnam"), by the keywords, themes,
places, features and search phrases that this catalog has."""

from collections.abc import Iterator

from recsys_rag.data.catalog import Catalog
from recsys_rag.types import Understanding
from recsys_rag.understand._fillers import is_filler
from recsys_rag.understand._free_text import unwanted_runs
from recsys_rag.understand._tokens import Words, word_set
from recsys_rag.understand._trait_words import TraitFind
from recsys_rag.understand._values import NamedValues, texts_in

# What is felt about what is refused, and no part of it.
_FEELINGS = word_set("love loves loved hate hates hated enjoy enjoys enjoyed")
_COLUMNS = (
    *(("keywords", "tags"), ("themes",), ("place", "places")),
    *(("features",), ("search_phrases",)),
)


class RefusedWordsFinder:
    """Finds what nobody else understood of what is not wanted."""

    def __init__(self, catalog: Catalog) -> None:
        self._columns = [NamedValues(texts_in(catalog, names)) for names in _COLUMNS]

    def claim_all(self, words: Words) -> Iterator[TraitFind]:
        """Yield what is refused and some item has, and claim its words; what holds only a part of
        what was said is not refused."""
        for whole in unwanted_runs(words):
            find = self._refused(words, *whole)  # "black and white"
            finds = (
                [find] if find else [self._refused(words, *run) for run in _parted(words, whole)]
            )
            yield from filter(None, finds)

    def _refused(self, words: Words, start: int, stop: int) -> TraitFind | None:
        telling = [
            words.word(i)
            for i in range(start, stop)
            if not is_filler(words.word(i)) and words.word(i) not in _FEELINGS
        ]
        columns = self._columns if len(telling) > 1 else self._columns[:-1]  # phrases hold any word
        named = ((column.column, column.named(telling)) for column in columns)
        refused = tuple((column, values) for column, values in named if values)
        if not refused:
            return None
        words.claim(start, stop)
        return TraitFind(start, stop, Understanding(excluded_traits=refused))


def _parted(words: Words, run: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the parts of a run that "or" and its kind stand between."""
    start, stop = run
    for position in range(start, stop + 1):
        if position == stop or words.word(position) in ("or", "and", "nor"):
            if start < position:
                yield start, position
            start = position + 1
