"""Text -> claims: nothing is lost, and a dot ends a sentence only behind its citation."""

from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.types import Claim
from recsys_rag.verify.claims import claims_of


def test_cuts_after_each_cited_sentence() -> None:
    text = (
        "Close to Mr. Pell (1953) [2], and it is a comedy [1]. It was directed by J. J. Ames [3]."
    )

    assert claims_of(text) == (
        Claim("Close to Mr. Pell (1953) [2], and it is a comedy [1].", (2, 1)),
        Claim("It was directed by J. J. Ames [3].", (3,)),
    )


def test_an_uncited_sentence_stays_with_the_next_one() -> None:
    assert claims_of("It is great. It is a comedy [1].") == (
        Claim("It is great. It is a comedy [1].", (1,)),
    )
    assert claims_of("It is a comedy [1]. It is great.")[1] == Claim("It is great.", ())


def test_no_text_makes_no_claims() -> None:
    assert claims_of("") == claims_of(" \n") == ()


@given(st.text(alphabet=st.sampled_from("ab [1]2.!? \n\u200b"), max_size=60))
def test_no_word_is_lost(text: str) -> None:
    assert "".join("".join(one.text for one in claims_of(text)).split()) == "".join(text.split())
