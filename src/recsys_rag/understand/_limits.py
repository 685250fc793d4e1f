"""What a text asks for and this catalog cannot serve, in whole sentences: other languages, things
that no catalog says, years beyond it, words that nothing here has."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from recsys_rag.data._notes import ORIGIN, Note, film_notes
from recsys_rag.data.catalog import Catalog, fold, without_article
from recsys_rag.types import Understanding
from recsys_rag.understand._fillers import is_filler
from recsys_rag.understand._tokens import Phrases, Words, lexicon, word_set
from recsys_rag.understand._values import texts_in

# Words that are frequent in a language and mean nothing else in English.
_LANGUAGES = lexicon("languages")
_FOREIGN = {sentence: word_set(words) for sentence, words in _LANGUAGES.items()}
_ENGLISH = word_set(
    """the a of with and for is are i me my to from about something movie movies films like not but
    that this some any want good in on at or you it we show"""
)
# What is asked of films and stands in no catalog -> how it is named.
_UNSAID = Phrases.table({said: what for what, said in lexicon("unsaid").items()})
_LONGEST_TITLE = 8  # words
_SPEAKER = frozenset(("i", "im", "ive", "we"))
_NEW = frozenset(("new", "newest", "latest"))
_PRAISED = frozenset(("liked", "loved", "enjoyed", "adored"))
_PHRASES = 5  # of how people ask for a film: with all of them, what is odd about it leads
_AS_KIND = frozenset(("type", "style", "vibe", "vibes", "esque"))  # behind a title
_SERIES = frozenset(("films", "movies", "series", "saga", "franchise"))
_MOST_WORDS = 3  # that are told to be unknown
_RARE = 15  # times that a catalog has a word


class Limits:
    """Tells what one catalog cannot serve."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        known = catalog.years[catalog.years > 0]
        self._years = (int(known.min()), int(known.max())) if len(known) else None

    @cached_property
    def _texts(self) -> str:
        """All that the catalog says, folded, one text a line."""
        catalog = self._catalog
        names = (name for names in catalog.aliases for name in names)
        texts = (catalog.text(item) for item in range(len(catalog)))
        return "".join(f" {fold(text)} \n" for text in (*texts, *names))

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(self._texts.split())

    def foreign(self, words: Words) -> str:
        """Return a sentence in the language of the text where that is not English, else ""."""
        text = words.text
        letters = [letter for letter in text if letter.isalpha()]
        if letters and sum(ord(letter) > 0x24F for letter in letters) * 2 > len(letters):
            return "" if any(self._catalog.mentions(text)) else "I read English only."
        inside = {i for m in self._catalog.mentions(text) for i in range(m.start, m.stop)}
        said = {token.word for token in words.tokens if token.start not in inside}
        hits = {sentence: len(said & of_it) for sentence, of_it in _FOREIGN.items()}
        best = max(hits, key=lambda sentence: hits[sentence])
        return best if hits[best] >= 2 and hits[best] > len(said & _ENGLISH) else ""

    def claim_unsaid(
        self, words: Words, knows: Callable[[Words, int], bool]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield (start, stop, sentence) for what catalogs do not say, where this one does not
        `know` what begins there; claim these words."""
        for start, stop, what in _UNSAID.found(words):
            if not knows(words, start):
                words.claim(start, stop)
                yield start, stop, f"the catalog does not say {what}"

    def of_years(self, understood: Understanding) -> Iterator[str]:
        """Yield a sentence where the years that are asked for lie beyond the catalog."""
        if self._years is None:
            return
        first, last = self._years
        for asked in filter(None, (whole.years for whole in (understood, *understood.either))):
            if asked[0] > last:
                yield f"the catalog ends in {last}"
            elif asked[1] < first:
                yield f"the catalog begins in {first}"

    def of_words(self, words: Words, runs: Sequence[tuple[int, int]]) -> Iterator[str]:
        """Yield a sentence for names and words to search for that nothing in the catalog has."""
        noun, unknown = self._catalog.noun, []
        for start, stop in runs:
            said = {i: words.word(i) for i in range(start, stop)}
            telling = [i for i in said if not (is_filler(said[i]) or said[i].isdigit())]
            missing = [i for i in telling if not self.knows_word(said[i])]
            is_name = all(words.tokens[i].is_capital for i in telling)
            name = f" {fold(words.raw(start, stop))} "
            is_nowhere = len(telling) > 1 and name not in self._texts
            if is_name and telling and (len(missing) == len(telling) or is_nowhere):
                yield f"no {noun} or person called {words.raw(start, stop)} here"
            elif 2 * len(missing) >= len(telling):  # a story is near without each of its words
                unknown += [words.tokens[i].raw for i in missing]
        if unknown:
            quoted = ", ".join(f'"{word}"' for word in dict.fromkeys(unknown[:_MOST_WORDS]))
            yield f"no {noun} here has the word {quoted}; what comes near in meaning is shown"

    def claim_absent(
        self, words: Words, asked: Sequence[tuple[int, int]], knows: Callable[[Words, int], bool]
    ) -> Iterator[tuple[int, int, str, str]]:
        """Yield (start, stop, text, sentence) for films and series that this catalog lacks and our
        notes know: what they say of them, to search for what is like it. `asked` are the words
        behind "like" that are no title here; what it `knows` is a title only behind "like" and
        "new". Claim these words, and "new" before them."""
        begins = {start for start, _ in asked}
        begins |= {i + 1 for i in range(len(words)) if words.word(i) in _PRAISED}
        for start in range(len(words)):
            before = words.word(start - 1) if not words.ends(start) else ""
            has_cue = start in begins or before in _NEW
            is_speaker = words.word(start) in _SPEAKER  # "I can't sleep" tells of the night
            if not has_cue and (is_speaker or knows(words, start)):
                continue
            found = self._absent(words, start, has_cue=has_cue)
            if found is not None:
                stop, note, told = found
                stop = _cast_behind(words, stop, note)
                begin = start - (before in _NEW)
                words.claim(begin, stop)
                if words.word(stop) in ("and", "or"):  # "liked Inception and The Matrix"
                    begins.add(stop + 1)
                said = (*note.search_phrases[:_PHRASES], *note.themes, *note.features, *note.moods)
                text = " ".join((note.premise, *said)).strip()
                yield begin, stop, text, f"{told} here; what is like its story is shown"

    def _absent(self, words: Words, start: int, *, has_cue: bool) -> tuple[int, Note, str] | None:
        ends = range(start + 1, min(start + _LONGEST_TITLE, len(words)) + 1)
        stops = [stop for stop in ends if not any(map(words.ends, range(start + 1, stop)))]
        for stop in reversed([stop for stop in stops if words.is_free(start, stop)]):
            telling = [i for i in range(start, stop) if not is_filler(words.word(i))]
            is_name = len(telling) > 1 and all(words.tokens[i].is_capital for i in telling)
            behind = words.word(stop)
            is_series = behind in _SERIES
            is_alone = (start == 0 or words.ends(start)) and (words.ends(stop) or behind == "or")
            is_alone = is_alone and stop - start > 1
            if not (has_cue or is_name or is_alone or behind in _AS_KIND or is_series):
                continue
            title = words.raw(start, stop)
            name = without_article(fold(title))
            if (is_series or has_cue or is_alone) and name in self._series:
                return stop, self._series[name], f"nothing of {self._series[name].series}"
            note = self._notes.get(name)
            if note is not None and (has_cue or not is_series) and not self._catalog.find(title):
                return stop, note, f"no {self._catalog.noun} called {title}"
        return None

    @cached_property
    def _all_notes(self) -> Sequence[Note]:
        """Our notes, the latest last; none where this catalog is without them."""
        is_noted = any(ORIGIN in column for column in self._catalog.origins.values())
        return sorted(film_notes() if is_noted else (), key=lambda note: note.year)

    @cached_property
    def _notes(self) -> dict[str, Note]:
        """Title, other names too -> the latest film of the notes that bears it."""
        return {
            without_article(fold(name)): note
            for note in self._all_notes
            for name in (*note.aka, note.title)
        }

    @cached_property
    def _series(self) -> dict[str, Note]:
        """Name of a series that the catalog has nothing of -> the first film of it in the notes."""
        here = {name for names in texts_in(self._catalog, ("series",))[1] for name in names}
        return {
            without_article(fold(note.series)): note
            for note in reversed(self._all_notes)
            if note.series and note.series not in here
        }

    def tells_of(self, words: str) -> bool:
        """Say whether a text of the catalog has these folded words side by side."""
        return f" {words} " in self._texts

    def is_rare(self, word: str) -> bool:
        """Say whether few texts of the catalog have a folded word: it is hardly more than a
        title."""
        return self._texts.count(f" {word} ") <= _RARE

    def knows_word(self, word: str) -> bool:
        """Say whether an item has a word, in the singular or the plural."""
        forms = {word, f"{word}s", word.removesuffix("s"), word.removesuffix("es")}
        forms.add(f"{word.removesuffix('ies')}y")
        return not forms.isdisjoint(self._words)


def _cast_behind(words: Words, stop: int, note: Note) -> int:
    """Return where those stop who are said to be in a film: "Ocean's Eleven with Brad Pitt"."""
    names = {word for name in note.cast for word in fold(name).split()}
    position = stop + (words.word(stop) in ("with", "starring"))
    while position > stop and words.word(position) in names | {"and"} and not words.ends(position):
        position += 1
    return position if position > stop + 1 else stop
