r"""What a language model is asked when it ranks: a person's history, the candidates, which one
next. Asks no model.

Titles are data: each stands on one line of bounded length, without control characters, so that none
can pose as another line of the prompt. The answer is read from the probabilities of the labels
only, so no text of a title is ever obeyed as more than a preference among the candidates that are
there.
"""

import string
import unicodedata
from collections.abc import Sequence

import numpy as np

from recsys_rag.types import Prompt

RANKING_FORM = 1  # of these prompts; whoever was trained on another must be trained again
LABELS = tuple(string.ascii_uppercase[:20])  # A to T: as many candidates are ranked at once
MOST_LIKED = 15  # titles of the history that are told, the last ones
_LONGEST = 60  # characters of a title
_NO_CHARACTER = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def labels_prompt(liked: Sequence[str], candidates: Sequence[str], noun: str) -> Prompt:
    r"""Return the question which of the candidates, at most 20, comes next; it is answered by a
    space and a label.

    >>> print(labels_prompt(["Fargo (1996)"], ["Heat (1995)", "Babe\n(1995)"], "film").raw)
    Liked by one person, oldest first:
    Fargo (1996)
    <BLANKLINE>
    Candidates:
    A. Heat (1995)
    B. Babe (1995)
    <BLANKLINE>
    The letter of the film that this person likes next:
    """
    assert len(candidates) <= len(LABELS), len(candidates)
    listed = "\n".join(
        f"{label}. {line(title)}" for label, title in zip(LABELS, candidates, strict=False)
    )
    raw = f"{_history(liked)}\n\nCandidates:\n{listed}\n\nThe letter of the {noun} that this person likes next:"
    return Prompt("", "", raw=raw)


def title_prompt(liked: Sequence[str], noun: str) -> Prompt:
    r"""Return the question what comes next; it is answered by a space and a title.

    >>> title_prompt([], "book").raw
    'Of one person nothing is known.\n\nThe book that this person likes next:'
    """
    return Prompt("", "", raw=f"{_history(liked)}\n\nThe {noun} that this person likes next:")


def line(title: str) -> str:
    r"""Return a title as it stands in a prompt: one line of at most 60 characters, without what is
    no character.

    >>> line("Fargo\nB. Heat\u202e"), len(line("x" * 99))
    ('Fargo B. Heat', 60)
    """
    kept = "".join(" " if unicodedata.category(one) in _NO_CHARACTER else one for one in title)
    return " ".join(kept.split())[:_LONGEST].strip() or "?"


def shuffled(candidates: Sequence[int], seed: int) -> list[int]:
    """Return the candidates (item indices) in an order that depends on which they are and on the
    seed, on nothing else.

    A model prefers some labels to others whatever they stand for. So that this is noise, and
    neither help nor harm, the order of the ranking must not decide who gets which label.

    >>> shuffled([5, 3, 9], 0) == shuffled([9, 5, 3], 0)
    True
    """
    known = np.sort(np.asarray(candidates, np.int64))
    return [int(one) for one in np.random.default_rng([seed, *known.tolist()]).permutation(known)]


def _history(liked: Sequence[str]) -> str:
    if not liked:
        return "Of one person nothing is known."
    return "Liked by one person, oldest first:\n" + "\n".join(
        line(title) for title in liked[-MOST_LIKED:]
    )
