"""The cases of others: true sentences in natural forms are read, and no false one is."""

from collections import Counter

from verify.trust import hostile, natural


def test_natural_true_sentences_are_read() -> None:
    cases = natural()
    refused = [(case.text, case.reasons()) for case in cases if not case.is_accepted]

    assert len(cases) >= 200
    assert len(refused) <= 0.05 * len(cases), refused


def test_natural_sentences_of_each_kind_are_read() -> None:
    accepted = Counter(case.category for case in natural() if case.is_accepted)

    for category, n in Counter(case.category for case in natural()).items():
        assert accepted[category] >= 0.8 * n, category


def test_no_hostile_sentence_is_read() -> None:
    cases = hostile()
    accepted = [(case.category, case.text) for case in cases if case.is_accepted]

    assert len(cases) >= 1000
    assert accepted == []


def test_what_a_fact_refutes_is_told_from_what_cannot_be_read() -> None:
    outcomes = Counter(
        verdict.outcome
        for case in hostile()
        for verdict in case.verdicts()
        if not verdict.supported
    )

    assert outcomes["refuted"] >= 100
    assert outcomes["unreadable"] >= 100
