"""Which forms of the phrases a tuned writer is taught: how it does with the others is measured."""

import math
import zlib
from functools import cache
from typing import Any

from recsys_rag.fact import Phrases
from recsys_rag.generate._phrases import needed

_TRAINED_SHARE = 0.3  # of the forms that one set of fields fills


@cache
def trained_forms(phrases: Phrases[Any]) -> frozenset[str]:
    """Return the forms that the training of a tuned writer may use, the same on every machine.

    Of the forms of one role that need the same fields, so many are drawn by their text alone that
    every fact can be said in a trained way. A small model learns few forms well; how it does with
    the others is measured.
    """
    chosen: set[str] = set()
    for forms in (phrases.opens, phrases.nexts):
        groups: dict[frozenset[str], list[str]] = {}
        for form in forms:
            groups.setdefault(needed(form), []).append(form)
        for alike in groups.values():
            by_chance = sorted(alike, key=lambda form: (zlib.crc32(form.encode()), form))
            chosen.update(by_chance[: math.ceil(_TRAINED_SHARE * len(alike))])
    return frozenset(chosen)
