"""The strict verifier: its protocol, its reasons, what it asks of the evidence itself, and its
speed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grounding import KINDS, by_hand, candidate_of
from recsys_rag.generate._template import TemplateWriter
from recsys_rag.protocols import FindsCitations, Verifier
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Claim, Context
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.names import Name, as_shown, masked, unmasked
from recsys_rag.verify.strict import StrictVerifier
from waiting import processor_seconds

MOVIES = made_up_movies()
SHAPES = by_hand(MOVIES)
CANDIDATE = candidate_of(MOVIES, 11, predicted=4.31)
CONTEXT = Context(CANDIDATE, (SHAPES["neighbors"], SHAPES["influence"], SHAPES["predicted"]))
VERIFIER = StrictVerifier(MOVIES.catalog, KINDS)

TRUE = "It is predicted at 4.3 of 5 for you [3]."


def _reason(text: str, context: Context = CONTEXT) -> str:
    (verdict,) = VERIFIER.verify([Claim(text, claims_of(text)[0].citations)], context)
    assert verdict.supported == (not verdict.reason)
    return verdict.reason


def test_one_verdict_a_claim_in_the_same_order() -> None:
    claims = [Claim("It is great.", ()), Claim(TRUE, (3,)), Claim(TRUE, (3,)), Claim("No.", ())]

    verdicts = VERIFIER.verify(claims, CONTEXT)

    assert isinstance(VERIFIER, Verifier)
    assert [one.claim for one in verdicts] == claims
    assert [one.supported for one in verdicts] == [False, True, True, False]
    assert VERIFIER.verify([], CONTEXT) == []


def test_reasons_say_what_is_wrong() -> None:
    assert _reason(TRUE) == ""
    assert _reason("It is short.") == "cites no evidence"
    assert _reason("It is great.").startswith("says 'great': praise")
    assert _reason("It is predicted at 4.8 of 5 for you [3].").startswith(
        "says '4.8', which evidence 3 does not"
    )
    assert (
        _reason("It is predicted at 4.3 of 5 for you [7].")
        == "cites 7, but there are 3 pieces of evidence"
    )
    assert _reason("Near Bonewhistle in the ratings of others [2].").startswith(
        "names Bonewhistle, which"
    )
    assert "cannot be read from 'surely predicted at 4.3" in _reason(
        "It is surely predicted at 4.3 of 5 for you [3]."
    )
    assert "unfinished" in _reason("It is predicted at 4.3 of 5 for you [3]")
    assert "says nothing about evidence 1" in _reason(
        "It is predicted at 4.3 of 5 for you [3] [1]."
    )


def test_reasons_name_what_kind_of_claim_is_wrong() -> None:
    """What a writer is told when it may try once more: each is the end of a sentence about its own
    text."""
    for text, reason in (
        (
            "It is never predicted at 4.3 of 5 for you [3].",
            "says 'never': a negation, which no fact contains",
        ),
        (
            "It is surely better than 4.3 of 5 for you [3].",
            "says 'better': a comparison, which no fact makes",
        ),
        (
            "A masterpiece, it is predicted at 4.3 of 5 for you [3].",
            "says 'masterpiece': praise or an absolute",
        ),
        (
            "You already saw it, at 4.3 of 5 for you [3].",
            "says 'You already saw': something about you that no fact says",
        ),
        (
            "It is predicted at 4.3 of 5\u200b for you [3].",
            "contains the invisible character U+200B",
        ),
        ("It is predicted at 4.3 in the end [3].", "cannot be read from 'in the end .' on"),
        ("Directed by nobody [3].", "says 'nobody': a negation"),
    ):
        assert _reason(text).startswith(reason), (_reason(text), text)


def test_a_sentence_without_citations_or_with_wrong_ones_is_cited_from_what_it_says() -> None:
    """A model that writes the truth need not know which piece of evidence has it; nothing that is
    not true is cited."""
    assert isinstance(VERIFIER, FindsCitations)
    for text, cited in (
        ("It is predicted at 4.3 of 5 for you.", TRUE),
        ("It is predicted at 4.3 of 5 for you [1] [2].", TRUE),
        (
            "We think you'd give it 4.3, and 17 of 25 similar viewers gave it 4 or 5 stars.",
            "We think you'd give it 4.3, and 17 of 25 similar viewers gave it 4 or 5 stars [1] "
            "[3].",
        ),
        ("It is predicted at 4.4 of 5 for you.", ""),
        ("It is predicted at 4.3 of 5 for you", ""),
        ("It is great. It is predicted at 4.3 of 5 for you.", ""),
        ("It is great.", ""),
        ("", ""),
    ):
        assert VERIFIER.cited(text, CONTEXT) == cited
        if cited:
            assert _reason(cited) == ""


def test_evidence_that_does_not_stand_is_not_cited() -> None:
    stranger = replace(SHAPES["predicted"], item_id="101")

    assert (
        VERIFIER.cited(
            "It is predicted at 4.3 of 5 for you.", replace(CONTEXT, evidence=(stranger,))
        )
        == ""
    )


def test_liked_ratings_are_named_as_the_scale_has_them() -> None:
    """On a scale of half stars "4 or 5" leaves 4.5 out; on one to ten 8 stands for 8, 9 and 10."""
    for shape, right, wrong in (
        ("neighbors, halves", "4 or more", "4 or 5"),
        ("neighbors, ten", "8 or more", "8 or 10"),
    ):
        context = Context(CANDIDATE, (SHAPES[shape],))
        assert (
            _reason(
                f"It got {right} from 15 of the 18 people most like you who rated it [1].", context
            )
            == ""
        )
        assert (
            _reason(
                f"It got {wrong} from 15 of the 18 people most like you who rated it [1].", context
            )
            != ""
        )


def test_a_claim_must_cite_what_its_text_cites() -> None:
    (verdict,) = VERIFIER.verify([Claim(TRUE, (1, 3))], CONTEXT)

    assert verdict.reason == "cites [3] in the text and [1, 3] in the claim"


def test_evidence_about_another_film_supports_nothing() -> None:
    stranger = replace(SHAPES["predicted"], item_id="101")

    assert _reason(TRUE, replace(CONTEXT, evidence=(*CONTEXT.evidence[:2], stranger))) == (
        "evidence 3 is invalid: the evidence is about item '101', not '112'"
    )


def test_a_candidate_that_is_not_the_catalogs_item_supports_nothing() -> None:
    for wrong in (
        {"year": 1978},
        {"title": "The Tenth Antenna"},
        {"genres": ("Drama",)},
        {"item_index": 12},
    ):
        assert _reason(TRUE, replace(CONTEXT, candidate=replace(CANDIDATE, **wrong))) != ""


@pytest.mark.parametrize(
    ("shape", "changed", "reason"),
    [
        (
            "influence",
            {"titles": ("Moonmilk (2003)",)},
            "item '110' of the catalog is not Moonmilk (2003)",
        ),
        ("like", {"item_id": "999"}, "item '999' of the catalog is not Vandrell (1979)"),
        ("genre", {"genre": "Drama"}, "Drama is not a genre of it"),
        ("like", {"genres": ("Thriller",)}, "Thriller is not a genre of Vandrell (1979)"),
        ("words", {"genres": ("Drama",)}, "Drama is not a genre of it"),
        ("decade", {"decade": 1980}, "The Ninth Antenna (1977) is not of the 1980s"),
        (
            "words, years",
            {"years": (1980, 1985)},
            "The Ninth Antenna (1977) is not of 1980 to 1985",
        ),
        ("catalog", {"year": 1978}, "The Ninth Antenna (1977) is not of 1978"),
        ("metadata", {"directors": ("Orla Venn",)}, "the catalog does not have Orla Venn for it"),
        ("words, all", {"people": ("Orla Venn",)}, "the catalog does not have Orla Venn for it"),
        ("predicted", {"rating": 4.6}, "its predicted rating is 4.3, not 4.6"),
    ],
)
def test_evidence_against_the_catalog_or_the_candidate_does_not_stand(
    shape: str, changed: dict, reason: str
) -> None:
    original, forged = (
        SHAPES[shape],
        replace(SHAPES[shape], fact=replace(SHAPES[shape].fact, **changed)),
    )
    for evidence, supported in ((original, True), (forged, False)):
        context = Context(CANDIDATE, (evidence,))
        text = " ".join(TemplateWriter(KINDS).write(context, rank=1, seed=0))
        (verdict,) = VERIFIER.verify(claims_of(text), context)
        assert verdict.supported is supported, (text, verdict.reason)

    assert verdict.reason == f"evidence 1 is invalid: {reason}"


@given(st.text(max_size=80), st.text(max_size=80))
def test_nothing_but_what_is_known_is_supported(before: str, after: str) -> None:
    bare = TRUE.replace(" for you", "")
    bare = TRUE.replace(" for you", "")
    for text in (
        before,
        f"{before} [1].",
        f"{before}{TRUE}{after}",
        TRUE.replace(" for you", before),
    ):
        if text == TRUE or not claims_of(text):
            continue
        verdicts = VERIFIER.verify(claims_of(text), CONTEXT)
        if all(one.supported for one in verdicts):
            assert text.replace(" for you", "").strip() in (bare, f"{bare} {bare}")


@given(
    st.lists(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12), max_size=5),
    st.text(max_size=60),
)
def test_masking_comes_back(names: list[str], text: str) -> None:
    names = [Name(one, one) for one in sorted(set(names), key=lambda one: (-len(one), one))]
    if not any("\ue000" <= one <= "\uf8ff" for one in text):
        # a name is found in any case
        assert unmasked(masked(text, names), names).casefold() == text.casefold()


def test_names_are_shown_without_what_looks_like_a_citation_or_is_invisible() -> None:
    assert as_shown(" A\u200bb\n[2] c\ue000 ") == "Ab (2) c"


def test_a_text_is_judged_in_milliseconds() -> None:
    context = Context(CANDIDATE, (SHAPES["neighbors"], SHAPES["influence"], SHAPES["genre"]))
    text = " ".join(TemplateWriter(KINDS).write(context, rank=1, seed=0))
    assert all(one.supported for one in VERIFIER.verify(claims_of(text), context))
    seconds = [
        processor_seconds(lambda: VERIFIER.verify(claims_of(text), context)) for _ in range(20)
    ]
    assert min(seconds) < 0.02  # about .001 on an idle core
