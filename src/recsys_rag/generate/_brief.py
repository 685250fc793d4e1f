"""The brief: how long a text about one item is, and how much it tells. `lab.evaluate.text.brief`
holds texts to it."""

from collections.abc import Mapping

from recsys_rag.types import Length

WORDS: Mapping[Length, tuple[int, int]] = {"short": (12, 45), "normal": (25, 55)}
MOST_FACTS: Mapping[Length, int] = {"short": 2, "normal": 3}  # and sentences
