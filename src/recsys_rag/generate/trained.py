"""Which forms of the bank a tuned writer has learned: for training, and for beginning its texts.
The rest is held out."""

import math
import zlib
from functools import cache

from recsys_rag.generate.phrases import BANKS, needed

_TRAINED_SHARE = 0.3  # of the forms that one set of fields fills


@cache
def trained_forms() -> frozenset[str]:
    """Return the forms of the bank that training may use, the same on every machine.

    Of the forms of one kind and role that need the same fields, so many are drawn by their text
    alone that every fact can be said in a trained way. A small model learns few forms well; how it
    does with the others is measured.
    """
    chosen: set[str] = set()
    for bank in BANKS.values():
        for forms in bank:
            groups: dict[frozenset[str], list[str]] = {}
            for form in forms:
                groups.setdefault(frozenset(needed(form)), []).append(form)
            for alike in groups.values():
                by_chance = sorted(alike, key=lambda form: (zlib.crc32(form.encode()), form))
                chosen.update(by_chance[: math.ceil(_TRAINED_SHARE * len(alike))])
    return frozenset(chosen)
