"""Where the sentences of free prose end."""

import re
from collections.abc import Sequence

_ABBREVIATED = re.compile(
    r"(?:\b(?:Dr|Mr|Mrs|Ms|St|Jr|Sr|Prof|Lt|Sgt|Capt|Gen|No|vs|etc|vol|Vol|e\.g|i\.e)|\b[A-Z])$"
)
_END = re.compile(r"[.!?]+[\"')\]]*(?:\s*\[\d+\])*(?=\s+[\"'(]?[A-Z0-9]|\s*$)")


def split_sentences(text: str, names: Sequence[str] = ()) -> list[str]:
    """Cut free prose into finished sentences; what follows the last full stop is dropped.

    A dot within one of `names`, or after an abbreviation or an initial, ends nothing.

    >>> split_sentences("Dr. No (1962) is a spy film [1]. It is short. And it", ["Dr. No (1962)"])
    ['Dr. No (1962) is a spy film [1].', 'It is short.']
    """
    protected = [
        (found.start(), found.end())
        for name in names
        if name
        for found in re.finditer(re.escape(name), text)
    ]
    sentences, begin = [], 0
    for end in _END.finditer(text):
        inside = any(start <= end.start() < stop for start, stop in protected)
        if inside or (text[end.start()] == "." and _ABBREVIATED.search(text[begin : end.start()])):
            continue
        sentences.append(text[begin : end.end()].strip())
        begin = end.end()
    return [one for one in sentences if one]
