"""Sentences of free prose: dots of names, abbreviations and numbers end nothing."""

import pytest

from recsys_rag.generate._sentence_ends import split_sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("It is good. It is long.", ["It is good.", "It is long."]),
        ("It is good. It is lo", ["It is good."]),
        (
            "Rated 4.3 of 5 [1]. Directed by J. R. Ames [2].",
            ["Rated 4.3 of 5 [1].", "Directed by J. R. Ames [2]."],
        ),
        ("Mrs. Abelard vs. Dr. Pell [1].", ["Mrs. Abelard vs. Dr. Pell [1]."]),
        ("Is it good? Yes! [1] It is.", ["Is it good?", "Yes! [1]", "It is."]),
        ("See Wait... What Now? today [1]. It is.", ["See Wait... What Now? today [1].", "It is."]),
        ("", []),
        ("no end", []),
    ],
)
def test_splits_with_care(text: str, sentences: list[str]) -> None:
    assert split_sentences(text, ["Wait... What Now?"]) == sentences
