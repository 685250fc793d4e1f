"""The hostile table: every case is refused with a reason, and the true sentences beside it are
supported."""

import pytest

from grounding import KINDS
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier
from verify.hostile import CATALOG, HOSTILE, TRUE, Case

VERIFIER = StrictVerifier(CATALOG, KINDS)


@pytest.mark.parametrize("case", TRUE, ids=lambda case: case.text)
def test_true_sentences_are_supported(case: Case) -> None:
    verdicts = VERIFIER.verify(claims_of(case.text), case.context)

    assert [verdict.reason for verdict in verdicts] == [""]


@pytest.mark.parametrize("case", HOSTILE, ids=lambda case: f"{case.why}: {case.text}")
def test_hostile_sentences_are_refused_with_a_reason(case: Case) -> None:
    verdicts = VERIFIER.verify(claims_of(case.text), case.context)

    refused = [verdict for verdict in verdicts if not verdict.supported]
    assert refused
    assert all(verdict.reason for verdict in refused)


def test_the_table_is_large_and_has_no_case_twice() -> None:
    assert len(HOSTILE) >= 350
    assert len({(case.context.candidate.item_id, case.text) for case in HOSTILE + TRUE}) == len(
        HOSTILE
    ) + len(TRUE)
