"""What is thought of the titles in a text, and who thinks it: "loved X", "X bored me", "my ex
adores X". Knows no titles."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from recsys_rag.understand._fillers import is_filler
from recsys_rag.understand._tokens import Phrases, Words, lexicon, word_set

_SAID = lexicon("attitudes")
# Of what goes on behind it: "loved X".
_VERBS = Phrases.table(
    {_SAID["praise_before"]: 1, _SAID["blame_before"]: -1, _SAID["neither_before"]: 0}
)
_NEVER = word_set("suggest recommend mention show give")  # blame only behind "not"
# Of what goes before it: "X bored me". A verb with "I" goes behind too: "X I loved".
_PREDICATES = Phrases.table(
    {_SAID["praise_behind"]: 1, _SAID["blame_behind"]: -1, _SAID["neither_behind"]: 0}
)
_LEAST_STARS, _MOST_STARS = 0.7, 0.5  # of five or ten, for praise and for blame
_OTHERS = word_set(_SAID["others"])
_FAMILY = word_set(_SAID["family"])
_MINE = word_set("i im ive id me we us weve were")
_JOINS = word_set("and or meets plus x vs nor then the")
_CONTRASTS = word_set("but though although whereas while however yet tho except then")
_SUBJECTS = word_set(_SAID["subjects"])
_ANAPHORA = word_set("it its that thats they those was wasnt such so just both this bored never")
_ASKING = word_set("is are was would does do did should")
_ONLY_AT_END = word_set("no nope nah yes sick silly cool weak")
_EFFECTS = word_set("made had left gave scared moved")
_MOST_LATER = 3  # clauses behind a title that may still be about it
_SHORTEST_CLAUSE = 4  # words; a shorter one says something of what went before


class _Group(NamedTuple):
    """Titles in a row."""

    start: int
    stop: int


def attitudes(words: Words, titles: Sequence[tuple[int, int]]) -> list[int | None]:
    """Return for each title, (start, stop) in the order of the text, 1 where it is praised, -1
    where it is blamed, 0 where only others think something of it, None where nothing is said.

    Titles in a row are thought of alike. Looked at are the words of a clause behind them, those
    before them, and a next clause that goes on about them ("Brilliant!", "but it bored me").

    >>> attitudes(Words("Heat was great, but Jaws bored me"), [(0, 1), (4, 5)])
    [1, -1]
    """
    groups = _groups(words, titles)
    inside = {i for start, stop in titles for i in range(start + 1, stop)}
    begins = [i for i in range(len(words)) if i not in inside and _begins_clause(words, i)]
    found = {group: _of_group(words, groups, n, begins) for n, group in enumerate(groups)}
    return [next(found[g] for g in groups if g.start <= start < g.stop) for start, _ in titles]


def is_judged(words: Words, position: int) -> bool:
    """Say whether something is thought here of what was named just before."""
    return not words.ends(position) and _PREDICATES.at(words, position) is not None


def claim_praise(words: Words, start: int, stop: int) -> None:
    """Claim the praise just before a title and behind it: nobody searches for "loved"."""
    for i in range(max(0, start - 3), start):
        if _VERBS.at(words, i) == (start, 1):
            words.claim(i, start)
    for i in range(stop, stop + 4):
        phrase = _PREDICATES.at(words, i)
        if words.ends(i):
            return
        if phrase is not None and phrase[1] > 0:
            end = phrase[0]
            is_effect = words.word(i) in _EFFECTS
            while not words.ends(end) and (is_effect or _PREDICATES.at(words, end)):
                end += 1  # "made my wife [jump]"
            words.claim(stop, end)
            return


def _groups(words: Words, titles: Sequence[tuple[int, int]]) -> list[_Group]:
    groups: list[_Group] = []
    for start, stop in titles:
        between = range(groups[-1].stop, start) if groups else range(0)
        is_row = groups and all(words.word(i) in _JOINS for i in between)
        gaps = words.between(groups[-1].stop, start) if is_row else "."
        if is_row and not any(mark in gaps for mark in ".!?;\n"):
            groups[-1] = _Group(groups[-1].start, stop)
        else:
            groups.append(_Group(start, stop))
    return groups


def _begins_clause(words: Words, position: int) -> bool:
    token, before = words.tokens[position], words.word(position - 1)
    if position == 0 or any(mark in token.gap for mark in ".!?;\n") or " - " in token.gap:
        return position == 0 or token.begins_part
    if token.word in _CONTRASTS:
        return not words.ends(position + 1)
    if before == "and" and token.word in _MINE | {"it", "then", "they"}:
        return True
    return words.ends(position) and token.word in _SUBJECTS


def _of_group(words: Words, groups: list[_Group], n: int, begins: list[int]) -> int | None:
    group = groups[n]
    first = max((i for i in begins if i <= group.start), default=0)
    stops = [*(i for i in begins if i >= group.stop), len(words), len(words)]
    first = max([first, *(g.stop for g in groups[:n])])
    next_title = groups[n + 1].start if n + 1 < len(groups) else len(words)
    behind = range(group.stop, min(stops[0], next_title))
    refusal = next((i for i in range(group.stop, len(words)) if _LIKE_THAT.at(words, i)), None)
    if refusal is not None and (n + 1 == len(groups) or words.word(refusal + 2) in _ALL):
        return -1
    said = _verb(words, range(first, group.start))
    is_others = _speaker(words, range(first, group.start))
    if said is None:
        said = _predicate(words, behind, is_cut=next_title < stops[0])
    if said is None:
        said = _stars(words, range(first, group.start))
    is_asked = words.word(first) in _ASKING and first == group.start - 1
    if is_asked or (is_others and said != -1):
        said = 0
    if is_others is None and said is None:  # what they want is not what they liked
        said = 0
    names_more = any(
        words.tokens[i].raw[0].isupper() and not is_filler(words.word(i)) for i in behind
    )
    if next_title > stops[0] and not names_more:
        later = _later(words, stops, next_title)
        if later is not None and (not said or words.word(stops[0]) in _CONTRASTS | _ANAPHORA):
            said = later
    is_asked_for = any(_LIKE_IT.at(words, i) for i in range(group.stop, len(words)))
    return 1 if said == 0 and is_others and is_asked_for and n + 1 == len(groups) else said


def _speaker(words: Words, before: range) -> bool | None:
    """Return whether others speak, not the person; None where these are at home."""
    for i in reversed(before):
        word = words.word(i)
        if word in _MINE:
            return False
        if word in _OTHERS and words.word(i - 1) not in ("to", "for"):
            return True
        if word in _FAMILY:
            return None
    return False


def _later(words: Words, stops: list[int], next_title: int) -> int | None:
    """Return what clauses that go on about a title say of it."""
    for start, stop in itertools.pairwise(stops[: _MOST_LATER + 1]):
        if start >= next_title or start == stop:
            return None
        is_about = words.word(start) in _ANAPHORA | _CONTRASTS or stop - start < _SHORTEST_CLAUSE
        if is_about or _PREDICATES.at(words, start) is not None:
            span = range(start, min(stop, next_title))
            said = _predicate(words, span, is_cut=next_title <= stop)
            if said is not None:
                return said
    return None


def _verb(words: Words, span: range) -> int | None:
    """Return what the last verb before a title says: "loved", "did not like"."""
    said = None
    for i in span:
        phrase = _VERBS.at(words, i)
        if words.word(i) in _NOTS and i + 1 == span.stop:
            return None  # "I would love a drama, just not Heat": the drama is loved
        if phrase is None or phrase[0] > span.stop:
            continue
        reach = 6 if words.word(i) in _NEVER else 2
        is_refused = bool({words.word(j) for j in range(max(0, i - reach), i)} & _NOTS)
        if words.word(i) in _NEVER:
            said = -1 if is_refused else said
        elif not (is_refused and phrase[1] < 0):
            said = -phrase[1] if is_refused and phrase[1] > 0 else phrase[1]
    return said


_LIKE_THAT = Phrases.table({"nothing like (that|this|it|those|them|these|either)": None})
_LIKE_IT = Phrases.table(
    {"(like|of) (that|this|it|those) (kind|sort|), (in|along) (that|those) (vein|lines)": None}
)
_ALL = word_set("those them these either")
_NOTS = word_set("not dont never didnt nothing isnt no cannot cant")


def _predicate(words: Words, span: range, *, is_cut: bool) -> int | None:
    """Return what is said behind a title; where another title follows, a verb is said of that."""
    for i in span:
        phrase = _PREDICATES.at(words, i)
        is_loose = words.word(i) in _ONLY_AT_END and not words.ends(i + 1)
        if phrase is not None and phrase[0] <= span.stop and not is_loose:
            if is_cut and phrase[0] == span.stop and _VERBS.at(words, i) is not None:
                return None
            is_turned = words.word(i - 1) in _NOTS and i > span.start and phrase[1] > 0
            return -1 if is_turned else phrase[1]
        verb = None if is_cut else _VERBS.at(words, i)
        if (
            verb is not None
            and words.word(i - 1) in ("i", "we", "which", "really")
            and i > span.start
        ):
            return verb[1]
    return _stars(words, span)


def _stars(words: Words, span: range) -> int | None:
    """Return 1 for "9/10" or "5 stars", -1 for "2 stars"."""
    for i in span:
        number, behind = words.word(i), words.word(i + 1)
        of = 5 if behind in ("stars", "star") else int(behind) if behind in ("5", "10") else 0
        if number.isdigit() and of and (of == 5 or words.tokens[i + 1].gap == "/"):
            share = int(number) / of
            return (share >= _LEAST_STARS) - (share <= _MOST_STARS)
    return None
