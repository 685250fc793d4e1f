"""True sentences in forms that were written after the readings: most are read, and none with a
negation."""

from pathlib import Path

import pytest

from grounding import KINDS
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier
from verify.hostile import CATALOG, CONTEXTS

_TEXTS = (Path(__file__).parent / "data" / "fresh.txt").read_text(encoding="utf-8").splitlines()
VERIFIER = StrictVerifier(CATALOG, KINDS)


def _is_read(text: str) -> bool:
    verdicts = VERIFIER.verify(claims_of(text), CONTEXTS["heat"])
    return bool(verdicts) and all(verdict.supported for verdict in verdicts)


def test_most_fresh_sentences_are_read() -> None:
    assert sum(map(_is_read, _TEXTS)) >= 0.85 * len(_TEXTS)


@pytest.mark.acceptance
def test_none_is_read_with_a_word_that_turns_its_meaning() -> None:
    for text in _TEXTS:
        words = text.split(" ")
        for word in ("not", "hardly", "only", "never", "barely"):
            for place in range(1, len(words) - 1):
                turned = " ".join([*words[:place], word, *words[place:]])
                assert not _is_read(turned), turned
