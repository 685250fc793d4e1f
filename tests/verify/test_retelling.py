"""Premises of the notes are retold by themselves and in other words, never with a word that turns
them, a stranger, or two people in each other's place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recsys_rag.data._notes import film_notes
from recsys_rag.verify._retelling import Retelling, Told, retelling_of
from recsys_rag.verify._tokens import tokens_of

PREMISES = [note.premise.removesuffix(".") for note in film_notes() if note.premise]


def _retells(retelling: Retelling, words: list[str]) -> bool:
    return len(words) in retelling.ends(words, 0)


@pytest.mark.parametrize(
    ("premise", "said", "is_true"),
    [
        ("A poor girl loves a rich man", "a penniless girl loves a man", True),
        ("A poor girl loves a rich man", "a rich man is loved by a poor girl", True),
        ("A poor girl loves a rich man", "a rich man loves a poor girl", False),
        ("A poor girl loves a rich man", "a poor man loves a rich girl", False),
        ("A fake king flees", "a king flees", False),
        ("A cook never leaves without a knife", "a cook never leaves", False),
        ("A cook in Oslo loses a knife", "in Oslo , a cook loses a knife", True),
        ("A cook who hates salt opens a bar", "a cook hates salt and opens a bar", True),
        ("A cook opens a bar and hires a thief", "a cook hires a thief", True),
        ("A cook hires a thief who opens a bar", "a cook opens a bar", False),
        ("A cook is hired by a thief", "a cook hires a thief", False),
        ("A thief must trust a cook", "a thief has to rely on a cook", True),
        ("A thief tries to trust a cook", "a thief trusts a cook", False),
    ],
)
def test_what_is_left_out_or_said_otherwise_stays_true(
    premise: str, said: str, is_true: bool
) -> None:
    assert Retelling(premise)(said) is is_true


@pytest.mark.parametrize(
    ("premise", "said", "is_true"),
    [
        ("Thieves seize the plane of a queen", "a queen's plane is hijacked", False),
        ("Thieves seize the plane of a queen", "a queen's plane is captured by thieves", True),
        ("Thieves seize the plane of a queen", "thieves capture the queen", False),
        (
            "An orphaned pig learns to herd sheep from a dog",
            "a dog teaches a pig to herd sheep",
            True,
        ),
        ("An orphaned pig learns to herd sheep from a dog", "a pig teaches a dog", False),
        ("An orphaned pig flees", "a pig without parents flees", True),
        ("A gin-loving man sails to Rome", "a man who loves gin sails to Rome", True),
        ("A gin-loving man sails to Rome", "a man sails to Rome to love gin", False),
        ("A cook sails to Rome to win a bet", "hoping to win a bet , a cook sails to Rome", True),
        ("A cook sails to Rome to win a bet", "a cook sails to Rome and wins a bet", False),
        ("A king and a thief clash", "a king clashes with a thief", True),
        ("A cook wants to hire a thief", "a cook hires a thief", False),
        ("A convict flees", "a prisoner flees", True),
        ("A prisoner flees", "a convict flees", False),
        ("A golf player joins a hockey team", "a hockey player joins a golf team", False),
        ("Two cooks hire a thief", "three cooks hire a thief", False),
        ("Nobody trusts a thief", "a cook trusts a thief", False),
        ("A lion chases a fox", "a fox chases a lion", False),
        ("A talking cat hires a thief", "a cat that talks hires a thief", True),
        ("A talking cat hires a thief", "a thief who talks hires a cat", False),
        ("A cook who reads minds flees", "a mind-reading cook flees", True),
        ("A cook who cannot read minds flees", "a mind-reading cook flees", False),
        ("A cat with claws flees", "a clawed cat flees", True),
        ("A letter writer flees", "a writer who writes letters flees", True),
        ("A former letter writer flees", "a letter writer writes letters", False),
        ("A camera shop owner flees", "the owner of a camera shop flees", True),
        ("A cook steals gold", "a cook can steal gold", True),
        ("A cook wants to steal gold", "a cook can steal gold", False),
        ("A cook will not steal gold", "a cook refuses to steal gold", True),
        ("A cook will not steal gold", "a cook can steal gold", False),
        ("A king distrusts a cook", "a king does not trust a cook", True),
        ("A king distrusts a cook", "a king trusts a cook", False),
        ("A king and a cat flee", "two men flee", False),
        ("A witch and a widow flee", "two women flee", True),
        ("A witch and a widow flee", "three women flee", False),
        ("Two women , a cook and a clerk , flee", "a clerk and a cook flee", True),
        ("A cook flies to Oslo with a thief", "a cook and a thief fly to Oslo", True),
        ("A ship where the rich are healed flees", "rich people are healed", True),
        ("A ship where the rich are healed flees", "poor people are healed", False),
        ("A teacher loves a pupil", "a pupil loves a teacher", False),
        ("Thieves hide", "a group of thieves hides", True),
        ("Two thieves hide", "a pair of thieves hide", True),
        ("Two thieves hide", "a group of thieves hides", False),
        ("A cook joins a team to please a king", "to please a king , a cook joins a team", True),
        ("An ex-convict hires a cook", "a former convict hires a cook", True),
        ("An ex-convict hires a cook", "a convict hires a cook", False),
        ("A cook loves a king", "the story of a cook who loves a king", True),
        ("A cook loves a king", "a cook loves the story of a king", False),
    ],
)
def test_who_does_what_to_whom_is_read_in_other_words(
    premise: str, said: str, is_true: bool
) -> None:
    assert Retelling(premise)(said) is is_true


@pytest.mark.parametrize(
    ("premise", "said", "told"),
    [
        ("A rich man buys a boat", "a man buys a boat", Told("supported")),
        ("A rich man buys a boat", "a poor man buys a boat", Told("refuted", ("poor",))),
        ("A rich man buys a boat", "a man buys a zebra", Told("unreadable", ("zebra",))),
        (
            "A cook hires a thief",
            "a thief hires a cook",
            Told("refuted", ("a thief hires a cook",)),
        ),
    ],
)
def test_it_is_said_what_speaks_against_words(premise: str, said: str, told: Told) -> None:
    found = Retelling(premise).told(said.split(), 0, len(said.split()))
    assert (found.verdict, " ".join(found.words)) == (told.verdict, " ".join(told.words))


@settings(max_examples=150)
@given(st.sampled_from(PREMISES), st.data())
def test_a_premise_is_retold_by_itself_and_not_with_a_stranger(
    premise: str, data: st.DataObject
) -> None:
    retelling, words = retelling_of(premise), list(tokens_of(premise).words)
    assert _retells(retelling, words)
    place = data.draw(st.integers(0, len(words) - 1))
    stranger = data.draw(st.sampled_from(["zebra", "not", "never", "hardly", "no", "former"]))
    assert not _retells(retelling, [*words[:place], stranger, *words[place:]])
    if words[place] not in ("former", "not", "never", "no", "hardly"):
        assert not _retells(retelling, [*words[:place], stranger, *words[place + 1 :]])
