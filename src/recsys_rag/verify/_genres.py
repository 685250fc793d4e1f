"""How a film of some genres may be called: "a crime drama", "an animated film", "war films". Knows
words, not facts."""

from collections.abc import Iterable, Iterator

from recsys_rag.verify._nouns import in_film_words
from recsys_rag.verify._tokens import tokens_of
from recsys_rag.verify.names import as_shown

_FORMS = {  # genre -> (one, many)
    "animation": ("an animated film", "animated films"),
    "children": ("a children's film", "children's films"),
    "comedy": ("a comedy", "comedies"),
    "documentary": ("a documentary", "documentaries"),
    "drama": ("a drama", "dramas"),
    "film-noir": ("a film noir", "film noirs"),
    "musical": ("a musical", "musicals"),
    "mystery": ("a mystery", "mysteries"),
    "romance": ("a romance", "romances"),
    "thriller": ("a thriller", "thrillers"),
    "western": ("a western", "westerns"),
}
_BEFORE = {  # genre -> what it is called in front of another word, besides itself
    "animation": ("animated",),
    "children": ("children's",),
    "film-noir": ("noir", "film noir"),
    "romance": ("romantic",),
    "sci-fi": ("science fiction", "science-fiction"),
}
_ALSO_HEADS = frozenset({"adventure", "fantasy"})
_SEPARATORS = frozenset({",", "and", "-", "/"})
_HEADS = frozenset({"film", "release"})


def forms_of(genre: str) -> tuple[str, str]:
    """Return how one film and several of a genre are called.

    >>> forms_of("Comedy"), forms_of("War"), forms_of("IMAX")
    (('a comedy', 'comedies'), ('a War film', 'War films'), ('an IMAX film', 'IMAX films'))
    """
    shown = as_shown(genre)
    return _FORMS.get(genre.casefold(), (f"{article_of(shown)} {shown} film", f"{shown} films"))


class GenreWords:
    """The words for some genres, and where a sentence uses them.

    >>> words = GenreWords(["Crime", "Drama", "War", "Romance"])
    >>> list(words.one(("a", "romantic", "crime", "drama", "."), 0))
    [(4, 'Crime, Drama and Romance')]
    >>> list(words.several(("war", "films", "."), 0)), list(words.one(("a", "crime", "."), 0))
    ([(2, 'War')], [])
    >>> words.a_film(("a", "1995", "drama", "."), 0)
    [(3, (('its_year', '1995'), ('its_genres', 'Drama')))]
    """

    def __init__(self, genres: Iterable[str], noun: str = "film") -> None:
        self._shown = {genre: as_shown(genre) for genre in genres}
        self._labels = dict[str, list[tuple[tuple[str, ...], str]]]()
        self._before = dict[str, list[tuple[tuple[str, ...], str]]]()
        self._heads = dict[str, list[tuple[tuple[str, ...], str]]]()
        self._many = dict[str, list[tuple[tuple[str, ...], str]]]()
        for genre, shown in self._shown.items():
            folded, shown = genre.casefold(), in_film_words(shown, noun)
            one, many = forms_of(genre)
            self._add(self._labels, shown, genre)
            for word in (shown, *_BEFORE.get(folded, ())):
                self._add(self._before, word, genre)
            if not many.endswith(" films"):
                self._add(self._many, many, genre)
            if folded in _FORMS and not one.endswith(" film"):
                self._add(self._heads, one.partition(" ")[2], genre)
            elif folded in _ALSO_HEADS:
                self._add(self._heads, folded, genre)
        self._nouns = _HEADS | {words[-1] for of in self._heads.values() for words, _ in of}

    def is_noun(self, word: str) -> bool:
        """Say whether the word can end what an item is called."""
        return word in self._nouns

    def labels(self, words: tuple[str, ...], place: int) -> Iterator[tuple[int, str]]:
        """Yield a list of genres as the catalog writes them: "Crime, Drama and War"."""
        yield from self._listed(words, place, ())

    def one(self, words: tuple[str, ...], place: int) -> Iterator[tuple[int, str]]:
        """Yield "a crime drama", with its article; what is said are its genres, sorted."""
        if _is_article(words, place):
            yield from self.bare(words, place + 1)

    def bare(self, words: tuple[str, ...], place: int) -> Iterator[tuple[int, str]]:
        """Yield "crime drama", without an article."""
        for end, genres in self._described(words, place, ()):
            if genres:
                yield end, self._said(genres)

    def several(self, words: tuple[str, ...], place: int) -> Iterator[tuple[int, str]]:
        """Yield "war films", "dramas" or "romantic comedies"."""
        for end, genres in self._described(words, place, (), are_many=True):
            yield end, self._said(genres)

    def before(self, words: tuple[str, ...], place: int) -> Iterator[tuple[int, str]]:
        """Yield one genre as it stands before a noun: "romantic", "crime"."""
        for end, genre in _found(self._before, words, place):
            yield end, self._shown[genre]

    def head(self, words: tuple[str, ...], place: int) -> Iterator[tuple[int, str]]:
        """Yield one genre as a noun for the film: "comedy", "thriller"."""
        for end, genre in _found(self._heads, words, place):
            yield end, self._shown[genre]

    def a_film(
        self, words: tuple[str, ...], place: int
    ) -> list[tuple[int, tuple[tuple[str, str], ...]]]:
        """Return "a 1995 crime drama", with the year and genres as what the film is said to be."""
        if not _is_article(words, place):
            return []
        slots: tuple[tuple[str, str], ...] = ()
        begin = place + 1
        word = words[begin] if begin < len(words) else ""
        if len(word) in (4, 5) and word[:4].isdigit() and word[4:] in ("", "s"):
            slots = ((("its_decade" if word[4:] else "its_year"), word),)
            begin += 1
        return [
            (end, (*slots, ("its_genres", self._said(genres))) if genres else slots)
            for end, genres in self._described(words, begin, ())
        ]

    def _described(
        self, words: tuple[str, ...], place: int, before: tuple[str, ...], *, are_many: bool = False
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield the genres of adjectives and the noun behind them, each once."""
        word = words[place] if place < len(words) else ""
        if (word == "films" and before) if are_many else word in _HEADS:
            yield place + 1, before
        for end, genre in _found(self._many if are_many else self._heads, words, place):
            if genre not in before:
                yield end, (*before, genre)
        for end, genre in _found(self._before, words, place):
            if genre not in before:
                after = end + (words[end : end + 1] != () and words[end] in _SEPARATORS)
                after += words[after - 1] == "," and words[after : after + 1] == ("and",)
                yield from self._described(words, after, (*before, genre), are_many=are_many)

    def _listed(
        self, words: tuple[str, ...], place: int, before: tuple[str, ...]
    ) -> Iterator[tuple[int, str]]:
        for end, genre in _found(self._labels, words, place):
            if genre in before:
                continue
            genres = (*before, genre)
            yield end, self._said(genres)
            after = end + (words[end : end + 1] == (",",))
            after += words[after : after + 1] == ("and",)
            if after > end:
                yield from self._listed(words, after, genres)

    def _said(self, genres: tuple[str, ...]) -> str:
        shown = sorted(self._shown[genre] for genre in genres)
        return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"

    @staticmethod
    def _add(to: dict[str, list[tuple[tuple[str, ...], str]]], written: str, genre: str) -> None:
        words = tokens_of(written).words
        if words:
            to.setdefault(words[0], []).append((words, genre))


def _found(
    known: dict[str, list[tuple[tuple[str, ...], str]]], words: tuple[str, ...], place: int
) -> Iterator[tuple[int, str]]:
    for of, genre in known.get(words[place] if place < len(words) else "", ()):
        if words[place : place + len(of)] == of:
            yield place + len(of), genre


def _is_article(words: tuple[str, ...], place: int) -> bool:
    if words[place : place + 1] not in (("a",), ("an",)) or place + 1 >= len(words):
        return False
    return words[place] == article_of(words[place + 1])


def article_of(word: str) -> str:
    """Return the article that a word wants, by its first letter."""
    return "an" if word[:1].casefold() in ("a", "e", "i", "o", "u", "8") else "a"
