"""The walk through a grammar, with a made-up model whose probabilities are known."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.errors import GenerationError
from recsys_rag.generate._backends.jump_forward import Sampler, Token, choose, walk
from recsys_rag.types import Grammar

LITERALS = [" It is", " It was", " If so", " He was", "-It"]


class LetterModel:
    """A model whose tokens are single characters, likelier the larger their code; counts what it is
    asked."""

    def __init__(self, scale: float = 0.02) -> None:
        self.scale = scale
        self.asked: list[tuple[str, tuple[int, ...]]] = []

    def __call__(
        self, certain: str, token_ids: Sequence[int], rests: Sequence[bytes]
    ) -> list[Token]:
        self.asked.append((certain, tuple(token_ids)))
        firsts = [rest.decode()[0] for rest in rests]
        return [Token(ord(first), first.encode(), self.scale * ord(first)) for first in firsts]


def exact(literals: Sequence[str], scale: float, temperature: float) -> dict[str, float]:
    """Brute force: the probability of each literal, drawn character by character among those that
    may come next."""
    chances = {}
    for literal in literals:
        chance = 1.0
        for place in range(len(literal)):
            allowed = {
                other[place]
                for other in literals
                if other[:place] == literal[:place] and place < len(other)
            }
            weights = {one: math.exp(scale * ord(one) / temperature) for one in allowed}
            chance *= weights[literal[place]] / sum(weights.values())
        chances[literal] = chance
    return chances


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_choices_are_distributed_as_in_decoding_under_the_grammar(temperature: float) -> None:
    sampler, n_draws = Sampler(temperature, seed=1), 4000
    counts = Counter(LITERALS[choose(LITERALS, LetterModel(), sampler)] for _ in range(n_draws))
    for literal, chance in exact(LITERALS, 0.02, temperature).items():
        spread = math.sqrt(chance * (1 - chance) / n_draws)
        assert abs(counts[literal] / n_draws - chance) < 4 * spread + 1e-9, literal


def test_a_shared_beginning_is_passed_without_asking_up_to_its_last_space() -> None:
    model = LetterModel()
    assert choose([" See it now A", " See it now B"], model, Sampler(0, 0)) == 1
    assert model.asked == [(" See it now", ()), (" See it now", (ord(" "),))]


def test_a_word_that_is_begun_goes_on_from_its_tokens_not_from_its_letters() -> None:
    model = LetterModel()
    assert choose(["abc", "abd", "x"], model, Sampler(0, 0)) == 2
    model = LetterModel(scale=-1.0)  # "a" is likelier than "x" now
    assert choose(["abc", "abd", "x"], model, Sampler(0, 0)) == 0
    assert model.asked == [("", ()), ("", (97,)), ("", (97, 98))]


def test_alternatives_that_part_within_a_character_are_drawn_evenly() -> None:
    def bytes_of_characters(
        certain: str, token_ids: Sequence[int], rests: Sequence[bytes]
    ) -> list[Token]:
        return [Token(rest[0], rest[:1], 0.0) for rest in rests]

    sampler = Sampler(0.1, seed=3)
    counts = Counter(choose(["🎬", "🎭", "🎪"], bytes_of_characters, sampler) for _ in range(600))
    assert all(150 < counts[index] < 250 for index in range(3)), counts


def test_a_literal_that_the_model_has_no_token_for_is_never_taken() -> None:
    def blind(certain: str, token_ids: Sequence[int], rests: Sequence[bytes]) -> list[Token | None]:
        return [None if rest.startswith(b"b") else Token(rest[0], rest[:1], 0.0) for rest in rests]

    assert {choose(["a", "b"], blind, Sampler(1.0, seed)) for seed in range(20)} == {0}


def test_literals_that_the_model_shows_no_token_for_are_drawn_evenly() -> None:
    sampler = Sampler(0.1, seed=0)
    counts = Counter(
        choose(["a", "b"], lambda certain, ids, rests: [None, None], sampler) for _ in range(400)
    )
    assert 150 < counts[0] < 250


def test_no_probability_at_all_is_refused() -> None:
    with pytest.raises(GenerationError, match="none of 2 alternatives any probability"):
        Sampler(1.0, 0).draw([-math.inf, -math.inf])
    with pytest.raises(GenerationError, match="none of 1 alternatives any probability"):
        Sampler(1.0, 0).draw([math.nan])


@given(
    weights=st.lists(st.floats(-1e4, 1e4) | st.just(-math.inf), min_size=1, max_size=8).filter(
        lambda w: max(w) > -math.inf
    ),
    temperature=st.floats(1e-3, 100.0) | st.just(0.0),
    seed=st.integers(0, 2**40),
)
def test_a_draw_is_repeatable_and_never_takes_what_has_no_probability(
    weights: list[float], temperature: float, seed: int
) -> None:
    drawn = [Sampler(temperature, seed).draw(weights) for _ in range(2)]
    assert drawn[0] == drawn[1]
    assert weights[drawn[0]] > -math.inf


@st.composite
def grammars(draw: st.DrawFn) -> Grammar:
    """Grammars of one to five states, with loops, literals of any characters."""
    names = ["start", *(f"s{n}" for n in range(draw(st.integers(0, 4))))]
    text = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
    states = {}
    for name in names:
        found = sorted(draw(st.lists(text, min_size=1, max_size=5, unique=True)))
        literals = [
            one
            for n, one in enumerate(found)
            if not any(one.startswith(other) for other in found[:n])
        ]
        states[name] = tuple(
            (literal, draw(st.sampled_from([*names, "end"]))) for literal in literals
        )
    return Grammar(states)


@given(grammar=grammars(), seed=st.integers(0, 1000))
def test_every_text_that_ends_is_derived_by_its_grammar(grammar: Grammar, seed: int) -> None:
    sampler, model = Sampler(1.0, seed), LetterModel(0.0)
    literals: list[str] = []
    try:
        literals += walk(
            grammar, lambda text, choices: choose(choices, model, sampler), max_literals=30
        )
    except GenerationError as error:
        assert str(error) == "the text did not end within max_tokens=30; raise it"  # noqa: PT017
    else:
        assert grammar.parse("".join(literals)) == tuple(literals)


def test_a_state_with_one_alternative_asks_nothing() -> None:
    grammar = Grammar({"start": ((" Heat", "next"),), "next": ((" is tense.", "end"),)})

    def never(text: str, literals: Sequence[str]) -> int:
        raise AssertionError("asked")

    assert list(walk(grammar, never, max_literals=2)) == [" Heat", " is tense."]


def test_the_text_so_far_is_what_was_yielded() -> None:
    grammar = Grammar({"start": ((" A", "s"), (" B", "s")), "s": ((" c", "end"), (" d", "end"))})
    asked: list[str] = []

    def first(text: str, literals: Sequence[str]) -> int:
        asked.append(text)
        return int(np.argmin([len(literal) for literal in literals]))

    assert list(walk(grammar, first, max_literals=5)) == [" A", " c"]
    assert asked == ["", " A"]
