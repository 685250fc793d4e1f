"""The talk around a wish is left out, and what only looks like talk is kept for text retrieval."""

import pytest

from recsys_rag.testing.films import made_up_catalog
from recsys_rag.understand.words import Understander

_UNDERSTANDER = Understander(made_up_catalog())


@pytest.mark.parametrize(
    "text",
    [
        "got the day off yesterday... a comedy",
        "rainy sunday, blanket, cup of tea. a comedy",
        "long flight ahead: a comedy",
        "the dentist was rough so a comedy please",
        "a comedy because everything went wrong",
        "my uncle only watches comedies",
        "and my little sister adores comedies",
        "hit me with a comedy",
        "which comedy should we put on for him?",
        "a comedy, my girlfriend loves them",
        "a comedy for our long train ride",
        "oh well, a comedy then",
        "we'd love a comedy",
        "dig up a comedy",
        "i promised everyone a comedy",
        "something in the comedy line",
        "sorry to bother you: a comedy",
        "evening all, a comedy for a change",
        "i want to switch my brain off with a comedy",
        "can anyone name a comedy?",
        "i am writing an essay on comedies",
        "a comedy night on friday",
        "a bit of a long shot, but is there a comedy?",
        "make me laugh",
        "comdey please",
        "any comedys in the comedy department?",
    ],
)
def test_talk_around_a_wish_is_left_out(text: str) -> None:
    understood = _UNDERSTANDER.understand(text)
    assert (understood.genres, understood.text, understood.not_understood) == (("Comedy",), "", ())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("two strangers wed, drama", "two strangers wed"),  # not "we'd"
        ("a terminally ill child, drama", "terminally ill child"),  # not "i'll"
        ("Bloody Sunday, drama", "Bloody Sunday"),
        ("trains: drama", "trains"),
        ("a boy on the run: drama", "boy on the run"),
        ("i love dinosaurs, any dramas?", "dinosaurs"),
        ("a heist gone wrong. drama please", "heist gone wrong"),
        ("two men waiting for a train, drama", "two men waiting for a train"),
        ("drama about a birthday party", "birthday party"),
        ("my kids are into trains, a drama please", "trains"),
        ("a drama with a famous detective", "famous detective"),
        ("our theme this month is envy; dramas", "envy"),
        ("can anyone name a gritty drama set on a boat?", "gritty boat"),
        ("i need something about robots, a drama", "robots"),
        ("i got home late", "home late"),  # no wish: better these words than none
    ],
)
def test_what_only_looks_like_talk_is_kept(text: str, kept: str) -> None:
    understood = _UNDERSTANDER.understand(text)
    assert understood.text == kept
    assert understood.popularity == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "musicals are not my thing, drama",
            {"excluded_genres": ("Musical",), "genres": ("Drama",)},
        ),
        ("horror? no thanks. drama", {"excluded_genres": ("Horror",), "genres": ("Drama",)}),
        ("hubby vetoed musicals", {"excluded_genres": ("Musical",)}),
        ("not too keen on horror", {"excluded_genres": ("Horror",)}),
        ("action for people who hate action", {"genres": ("Action",), "excluded_genres": ()}),
        ("crime films nobody talks about", {"genres": ("Crime",), "popularity": -1}),
        ("which thrillers does everybody know?", {"genres": ("Thriller",), "popularity": 1}),
        # none is so old here
        ("pre-war musicals", {"genres": ("Musical",), "years": (1938, 1938)}),
        ("shorter than an hour and three quarters", {"max_runtime": 105}),
        ("at least two and a quarter hours", {"min_runtime": 135}),
        ("my break is 85 minutes, so shorter than that", {"min_runtime": None, "max_runtime": 85}),
        ("Vandrell scared my brother out of his wits", {"like_items": (9,), "text": ""}),
        ("Vandrel is the best film ever made", {"like_items": (9,)}),
        ("if Vandrell and Moonmilk had a baby", {"like_items": (9, 41), "text": ""}),
        ("Orla Venn's dramas", {"people": ("Orla Venn",), "roles": ()}),
        (
            "has Petra Solvane made comedies?",
            {"people": ("Petra Solvane",), "roles": (("Petra Solvane", "director"),)},
        ),
        ("as tense as Vandrell", {"like_items": (9,), "text": "tense"}),
        ("comedies from 93 to 96", {"years": (1993, 1996)}),
        (
            "a fan of Nadia Wren, so a thriller with her please",
            {"roles": (("Nadia Wren", "actors"),), "text": ""},
        ),
        ("westerns, which ones have Gus Torrey?", {"roles": (("Gus Torrey", "actors"),)}),
        ("Nadia Wren, what else is she in?", {"roles": (("Nadia Wren", "actors"),)}),
        # nobody well known is so like it
        ("directed by halowey", {"people": (), "text": "halowey"}),
    ],
)
def test_wordings_that_chatty_people_use(text: str, expected: dict[str, object]) -> None:
    understood = _UNDERSTANDER.understand(text)
    assert {name: getattr(understood, name) for name in expected} == expected


def test_a_part_refused_alone_is_that_of_the_person_named_before() -> None:
    (refused,) = _UNDERSTANDER.understand("Dax Morello directing but not acting").neither
    assert (refused.people, refused.roles) == (("Dax Morello",), (("Dax Morello", "actors"),))
