"""Whether words retell a sentence of ours: whoever they speak of, and who does what to whom, where
and why, the sentence says too, in these words or in what `story_words.txt` holds to say the same or
more. Knows no grammar of sentences about films.

The sentence is read once as links between its words (`_story`); a retelling is read as parts that
belong together (`_story_chart`), each of which must be among these links, whatever the order and
the voice. Words may be left out, but none that turn what is left: "not", "must", "tries", "fake".
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from recsys_rag.verify._story import Story, story_of
from recsys_rag.verify._story_chart import chart
from recsys_rag.verify._story_parts import Part
from recsys_rag.verify._story_premise import split_words
from recsys_rag.verify._story_retold import AIM, RetellingReader
from recsys_rag.verify._story_words import PRONOUNS, story_words
from recsys_rag.verify._tokens import tokens_of

_TOLD = ("S", "NP")  # clauses, and whom or what a story is about


class Told(NamedTuple):
    """What was found of words: "refuted" where the sentence has other words for the same, or ties
    the same words otherwise; "unreadable" where it does not have some of the words."""

    verdict: Literal["supported", "refuted", "unreadable"]
    words: tuple[str, ...] = ()  # those that speak against it


class Retelling:
    """The ways to retell one sentence; a check of a slot, too.

    >>> retold = Retelling("A slick lawyer cannot tell a lie")
    >>> [retold(text) for text in ("a lawyer cannot tell a lie", "a slick lawyer who can't lie")]
    [True, False]
    >>> retold("a slick lawyer tells a lie"), retold("the lawyer is unable to tell a lie")
    (False, True)
    """

    def __init__(self, sentence: str) -> None:
        self._sentence = sentence

    def __call__(self, text: str) -> bool:
        words = tokens_of(text).words
        return len(words) in self.ends(words, 0)

    def ends(self, words: Sequence[str], place: int) -> set[int]:
        """Return where words from here on that retell the sentence can end."""
        return _ends(self._sentence, tuple(words)).get(place, set())

    def told(self, words: Sequence[str], begin: int, end: int) -> Told:
        """Say whether the words from `begin` to `end` retell the sentence.

        >>> Retelling("A rich man buys a boat").told("a poor man buys a boat".split(), 0, 6)
        Told(verdict='refuted', words=('poor',))
        >>> Retelling("A rich man buys a boat").told("a man buys a house".split(), 0, 5)
        Told(verdict='unreadable', words=('house',))
        """
        if end in self.ends(words, begin):
            return Told("supported")
        story, known = story_of(self._sentence), story_words()
        cut, _ = split_words(words[begin:end])
        reader = RetellingReader(story, cut)
        strange = {at for at in range(len(cut)) if not any(True for _ in reader.leaves(at))}
        had = {word.lemma for word in story.nodes.values()}
        for at in range(len(cut)):
            for leaf in known.leaves(cut, at):
                turned = known.opposite.get(leaf.lemma, frozenset()) & had
                is_borne = had & (known.borne_by.get((leaf.kind, leaf.lemma), had) | {leaf.lemma})
                if turned and not is_borne and leaf.kind in "NAV":
                    return Told("refuted", (cut[at],))
        if strange:
            return Told("unreadable", tuple(cut[at] for at in sorted(strange)))
        return Told("refuted", tuple(words[begin:end]))


@lru_cache(maxsize=4096)
def retelling_of(sentence: str) -> Retelling:
    """Return the ways to retell a sentence, made once."""
    return Retelling(sentence)


@lru_cache(maxsize=256)
def _ends(sentence: str, words: tuple[str, ...]) -> dict[int, set[int]]:
    """Return for each place where words that begin there and retell the sentence can end."""
    own = tokens_of(sentence.rstrip(".")).words
    for at in range(len(words) - len(own) + 1):  # by itself: nothing needs to be read
        if words[at : at + len(own)] == own:
            return {at: {at + len(own)}}
    story = story_of(sentence)
    cut, places = split_words(words)
    rows = chart(RetellingReader(story, cut), len(cut))
    ends: dict[int, set[int]] = {}
    for at, row in enumerate(rows[:-1]):
        if at and places[at] == places[at - 1]:
            continue
        for stop, cell in row.items():
            is_word_end = stop == len(cut) or places[stop] != places[stop - 1]
            if is_word_end and any(_is_told(story, part, cut[at]) for part in cell.values()):
                ends.setdefault(places[at], set()).add(
                    places[stop] if stop < len(cut) else len(words)
                )
    return ends


def _is_told(story: Story, part: Part, first: str) -> bool:
    if part.kind == "NP" and not story.topic.intersection(part.heads):
        return False
    return part.kind in _TOLD and first not in PRONOUNS and whole(story, part)


def whole(story: Story, part: Part) -> bool:
    """Say whether nothing is missing, and each pronoun means whom it is taken to mean."""
    needs, mentions = part.memory
    if needs:
        return False
    named = [(at, heads) for at, heads, cls in mentions if not cls]
    for _, heads, cls in mentions:
        if not cls:
            continue
        fit = [
            (place, of)
            for place, of in named
            if all(story.sex.get(n, cls) in (cls, "?") or (cls == "p") for n in of if n < AIM)
        ]
        mine = [place for place, of in fit if set(heads) & set(of)]
        if not mine and heads[0] in story.sex:
            return False
    return True
