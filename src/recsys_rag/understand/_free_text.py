"""The text that is left to search for: stories whole, and of the rest what carries a wish."""

from collections.abc import Collection, Iterable, Iterator

from recsys_rag.understand._fillers import is_filler, only_asks, only_joins
from recsys_rag.understand._negation import Scope
from recsys_rag.understand._tokens import QUALITY, Phrases, Words, lexicon, word_set

_DEGREES = frozenset(("too", "so", "as", "very", "overly"))
# What begins a story, up to the end of its part: "where ...", "somebody stuck in ...".
_STORY = Phrases.table({lexicon("talk")["stories"]: None})
_BEHIND_EXAMPLE = frozenset(("but", "only", "except"))
_POLITE = word_set("please pls plz thanks thank")
_SHORTEST_STORY = 3  # words behind an example
_LONGEST_VERB = 2  # words: "can't be"
_OF_A_FILM = frozenset(("that", "which", "where"))  # "that won't scare them" refuses
# What is said of people in a story, and refuses nothing: "who doesn't know what to do".
_OF_VERBS = word_set(
    """dont doesnt didnt cant cannot couldnt wont wouldnt isnt arent wasnt werent aint shouldnt
    never not without"""
)
_HAVING = word_set("with has have had having")  # "a man with no memory"


def stories(words: Words, examples: Iterable[int]) -> list[range]:
    """Return the words that tell a story; `examples` are the ends of what is to be like it."""
    ends = {*examples}
    found: list[range] = []
    for position in range(len(words)):
        if found and position in found[-1]:
            continue
        begin = position + (words.word(position) in _BEHIND_EXAMPLE)
        stop = words.part_stop(position)
        is_behind = position in ends and stop - begin >= _SHORTEST_STORY
        is_behind = is_behind and words.word(begin) not in _OF_A_FILM
        if is_behind or _STORY.at(words, position) is not None:
            found.append(range(begin if is_behind else position, stop))
    return found


def tell_stories(words: Words, scopes: Iterable[Scope], told: Iterable[range]) -> None:
    """Take back what was marked as refused where it is part of a story, and nobody knows it: "a man
    who can't forget", "without memory", not "a dog that doesn't die"."""
    of_story = {position for story in told for position in story}
    for scope in scopes:
        refused = [i for i in range(scope.start, scope.stop) if words.negated[i]]
        begin = refused[0] if refused else scope.stop
        has_none = words.word(scope.start) == "no" and words.word(scope.start - 1) in _HAVING
        is_of_verb = has_none or words.word(scope.start) in _OF_VERBS
        is_of_verb = is_of_verb and begin - scope.start <= _LONGEST_VERB
        is_told = scope.start in of_story and scope.start - 1 in of_story
        is_told = is_told and not _is_of_film(words, scope.start)
        if not is_of_verb or not is_told or any(words.claimed[begin : scope.stop]):
            continue
        for i in range(scope.start, scope.stop):
            words.claimed[i] = words.negated[i] = False


def _is_of_film(words: Words, position: int) -> bool:
    """Say whether a verb is said of the film, or of who plays in it: "where she doesn't sing"."""
    before = [words.word(i) for i in range(max(position - 2, 0), position)]
    return not _OF_A_FILM.isdisjoint(before)


def remaining_runs(words: Words, told: Iterable[range] = ()) -> list[tuple[int, int]]:
    """Return (start, stop) of the runs of words that are wanted and nobody has claimed.

    They are what is searched for: without fillers, and with joining words only inside; features and
    themes beside them stay with them, since they say more together. Of stories, `told`, all do.

    >>> words = Words("Please show me movies about a heist gone wrong in Rome")
    >>> [words.written(*run) for run in remaining_runs(words)]
    ['heist gone wrong in Rome']
    """
    return list(_runs(words, {i for story in told for i in story}, negated=False))


def unwanted_runs(words: Words) -> list[tuple[int, int]]:
    """Return (start, stop) of what is unwanted and nobody has claimed: "too long"."""
    runs = []
    for start, stop in _runs(words, set(), negated=True):
        has_degree = start > 0 and words.negated[start - 1] and words.word(start - 1) in _DEGREES
        runs.append((start - has_degree, stop))
    return runs


def _runs(words: Words, of_story: set[int], *, negated: bool) -> Iterator[tuple[int, int]]:
    """Yield (start, stop) of the runs of words that remain, trimmed of joining words."""
    start = 0
    while start < len(words):
        stop = start
        while (
            stop < len(words)
            and (_remains(words, stop, negated) or _is_beside(words, stop, of_story, negated))
            and not (stop > start and (words.ends(stop) or _tells_of(words, stop, of_story)))
        ):
            stop += 1
        trimmed = _trimmed(words, start, stop, of_story)
        if trimmed and any(_is_telling(words, i) for i in range(*trimmed)):
            yield trimmed
        start = max(stop, start + 1)


def _is_beside(words: Words, position: int, of_story: set[int], negated: bool) -> bool:
    """Say whether a word goes with those around it that remain: a quality, any word of a story."""
    if negated or words.negated[position]:
        return False
    if words.claimed[position]:
        return words.told[position] == QUALITY or (
            position in of_story and bool(words.told[position])
        )
    return position in of_story


def _tells_of(words: Words, position: int, of_story: set[int]) -> bool:
    """Say whether what goes before is the kind of film, and its story begins: "a true story about
    somebody who"."""
    return words.word(position) == "about" and position + 1 in of_story


def _is_telling(words: Words, position: int) -> bool:
    """Say whether a run is worth its search for this word."""
    if words.claimed[position]:
        return words.kept[position]
    if words.word(position).isdigit():
        # "world war 2"; ages and counts find nothing
        return position > 0 and not words.ends(position) and bool(words.told[position - 1])
    return not is_filler(words.word(position)) or _is_in_compound(words, position)


def _remains(words: Words, position: int, negated: bool) -> bool:
    if words.kept[position]:
        return words.negated[position] == negated
    if words.claimed[position] or words.negated[position] != negated:
        return False
    return not only_asks(words.word(position)) or _is_in_compound(words, position)


def _is_in_compound(words: Words, position: int) -> bool:
    """Say whether a word is one with a meaning by a hyphen: "good" in "feel-good", not in "good
    sci-fi" or "must-see"."""
    before = position > 0 and words.tokens[position].gap == "-" and not words.claimed[position - 1]
    after = (
        position + 1 < len(words)
        and words.tokens[position + 1].gap == "-"
        and not words.claimed[position + 1]
    )
    return (before and not is_filler(words.word(position - 1))) or (
        after and not is_filler(words.word(position + 1))
    )


def _trimmed(words: Words, start: int, stop: int, of_story: set[int]) -> tuple[int, int] | None:
    while start < stop and _is_loose(words, start, {}):
        start += 1
    while start < stop and _is_loose(words, stop - 1, of_story):
        stop -= 1
    return (start, stop) if start < stop else None


def _is_loose(words: Words, position: int, of_story: Collection[int]) -> bool:
    """Say whether a word says nothing at the end of a run: "nobody else can see" ends a story."""
    word = words.word(position)
    if words.claimed[position] or _is_in_compound(words, position):
        return False
    if position in of_story:
        return word in _POLITE or only_joins(word)
    return only_joins(word) or only_asks(word) or word in ("one", "ones")
