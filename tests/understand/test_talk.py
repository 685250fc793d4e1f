"""What is told of those who ask is no wish; what is told of a film is left whole."""

from dataclasses import replace

import pytest

from noted import noted_movies
from recsys_rag.data._notes import film_notes
from recsys_rag.understand import _talk as talk
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._understander import Understander

_FILMS = noted_movies().catalog
N = len(_FILMS)
_FEATURES = ("dogs", "horses", "dead animal", "heist film", "female lead", "gore", "jazz")
CATALOG = replace(
    _FILMS,
    attributes={
        **_FILMS.attributes,
        "features": tuple((_FEATURES[place % len(_FEATURES)], "jazz") for place in range(N)),
        "place": tuple(
            ("Ireland", "New York", "Japan")[place % 3 : place % 3 + 1] for place in range(N)
        ),
    },
)
READER = Understander(CATALOG)

TALK = (
    "rough week at work",
    "I'm squeamish",
    "my dad is visiting",
    "we have the whole sunday",
    "girls night in",
    "I have to catch an early flight",
    "my best friend is getting married",
    "just moved into a new flat",
    "it's raining",
    "exams are finally over",
    "home with a broken leg",
    "what a week",
    "I have a dog",
)


@pytest.mark.parametrize("said", TALK)
@pytest.mark.parametrize("wish", ["a film with jazz", "jazz, please"])
def test_talk_is_not_searched_for_wherever_it_stands(said: str, wish: str) -> None:
    for text in (f"{said}, {wish}", f"{wish}. {said}", f"{said} so {wish}", f"{said} - {wish}"):
        understood = READER.understand(text)
        assert understood.text == ""
        assert understood.not_understood == ()
        assert ("features", ("jazz",)) in understood.traits
        assert ("features", ("dogs",)) not in understood.traits  # "I have a dog"


def test_no_premise_of_our_notes_is_taken_for_talk() -> None:
    taken = []
    for note in film_notes():
        words = Words(note.premise)
        talk.claim(words, lambda position: False)
        talk.claim(words)
        taken += [note.premise] if any(words.claimed) else []
    assert taken == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("I want a submarine", "submarine"),
        ("I don't want submarines", ""),
        ("we love submarines", "submarines"),
        ("my wife loves submarines", "submarines"),
        ("something my son would like, submarines", "submarines"),
        ("home invasion", "home invasion"),
        ("driving through the desert", "driving through the desert"),
        ("a man who can't forget his brother", "man who can't forget his brother"),
        ("somebody wakes up without memory", "wakes up without memory"),
        ("a man with no past in a village", "man with no past in a village"),
        ("somebody watches the neighbors", "watches the neighbors"),
        ("jazz gone wrong in Rome", "jazz gone wrong in Rome"),
        ("does such a thing exist, submarines?", "submarines"),
        ("submarines and so on", "submarines"),
        ("submarine type thing", "submarine"),
    ],
)
def test_what_describes_a_film_is_left_whole(text: str, left: str) -> None:
    assert READER.understand(text).text.removesuffix(" to") == left


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("a drama, I'm squeamish", {"violence"}),
        ("a drama, I scare easily", {"scares", "violence"}),
        ("a drama with my grandmother", {"sex", "violence"}),
        ("a drama with my parents", {"sex"}),
        ("a drama that doesn't make you sad", {"sadness"}),
        ("a drama about a squeamish cop", set()),
    ],
)
def test_what_people_say_of_themselves_is_a_strength(text: str, levels: set[str]) -> None:
    understood = READER.understand(text)
    assert {name for name, *_ in understood.levels} == levels & set(_FILMS.attributes)
    assert all(least == 0 for _, least, _ in understood.levels)


@pytest.mark.parametrize(
    ("text", "wanted", "refused"),
    [
        ("movie where the dog does NOT die", {"dogs"}, {"dead animal"}),
        ("a horse film, the horse lives", {"horses"}, {"dead animal"}),
        ("no dead dogs", set(), {"dead animal"}),
    ],
)
def test_a_refusal_leaves_its_subject_wanted(
    text: str, wanted: set[str], refused: set[str]
) -> None:
    understood = READER.understand(text)
    assert {value for _, values in understood.traits for value in values} == wanted
    assert {value for _, values in understood.excluded_traits for value in values} == refused


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("im homesick for ireland", "Ireland"),
        ("I miss New York", "New York"),
        ("never been to japan", "Japan"),
        ("my grandparents came from ireland", "Ireland"),  # where nothing else is asked for
        ("going to japan next month", "Japan"),
        ("ireland, sheep", "Ireland"),
    ],
)
def test_a_place_that_is_longed_for_is_where_it_is_set(text: str, place: str) -> None:
    assert READER.understand(text).traits == (("place", (place,)),)


def test_where_people_live_is_not_where_it_is_set() -> None:
    assert READER.understand("my dad is visiting from ireland, jazz").traits == (
        ("features", ("jazz",)),
    )


@pytest.mark.parametrize(
    "wish",
    [
        "a film with jazz so good that I can't sleep",
        "jazz, so much that I cry",
        "something with jazz. My husband picked the last three and they were all depressing.",
        "jazz. The last film we saw was awful and very sad",
        "it's for my aunt, she's 84, she used to love jazz",
        "my dad is 79 and he always enjoyed jazz",
        "jazz (6 and 9)",
        "jazz, 5 to 75",
    ],
)
def test_degrees_earlier_evenings_and_numbers_are_not_searched_for(wish: str) -> None:
    understood = READER.understand(wish)
    assert understood.text == ""
    assert [value for _, values in understood.traits for value in values] == ["jazz"]


def test_what_somebody_wants_who_is_so_is_a_wish() -> None:
    for wish in ("I'm so tired I want jazz", "it's so late I think something with jazz"):
        assert ("features", ("jazz",)) in READER.understand(wish).traits


def test_people_of_a_story_are_not_those_who_watch() -> None:
    assert "two women" in READER.understand("a story about a quarrel between two women").text
    assert READER.understand("jazz for two women").text == ""
