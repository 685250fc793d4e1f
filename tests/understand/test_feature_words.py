"""Features, series and studios that are asked for and refused in words."""

import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest

from noted import noted_movies
from recsys_rag.understand._tokens import expanded
from recsys_rag.understand._understander import Understander
from recsys_rag.verify._traits import table

_FILMS = noted_movies().catalog
_SERIES = ("James Bond", "Star Wars", "The Western", "The Godfather")
_STUDIOS = ("Disney", "Pixar")
CATALOG = replace(
    _FILMS,
    attributes={
        **_FILMS.attributes,
        # every feature of the vocabulary, some on each film
        "features": tuple(
            tuple(sorted(table()["features"])[place :: len(_FILMS)]) for place in range(len(_FILMS))
        ),
        "series": tuple(_SERIES[place : place + 1] for place in range(len(_FILMS))),
        "studio": tuple(_STUDIOS[place : place + 1] for place in range(len(_FILMS))),
    },
)
READER = Understander(CATALOG)
BARE = Understander(replace(_FILMS, attributes={}))


def wanted(text: str) -> dict[str, tuple[str, ...]]:
    return dict(READER.understand(text).traits)


def refused(text: str) -> dict[str, tuple[str, ...]]:
    return dict(READER.understand(text).excluded_traits)


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("a thriller with a strong woman in the lead", "strong woman"),
        ("something about a woman", "female lead"),
        ("thriler with a twist i wont see comming", "twist ending"),
        ("keeps me guessing", "twist ending"),
        ("something that ends well", "happy ending"),
        ("where nobody dies", "happy ending"),
        ("films directed by women", "woman director"),
        ("whole story takes place in one night", "one night"),
        ("where nobody is really the good guy", "antihero"),
        ("I want to see things blow up", "explosions"),
        ("i want to get angry about injustice", "social injustice"),
        ("something to argue about over coffee", "moral dilemma"),
        ("something we can all quote", "quotable lines"),
        ("it won an oscar", "best picture Oscar"),
        ("in black and white", "black and white"),
        ("a film about jewel thieves", "heist film"),
        ("with samurai", "samurai"),
        ("with hardly no dialogue", "little dialogue"),
    ],
)
def test_what_has_a_feature_is_asked_for_in_many_ways(text: str, feature: str) -> None:
    assert feature in wanted(text)["features"]
    assert "features" not in refused(text)


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("a comedy, no sad ending", "sad ending"),
        ("no dogs dying", "dead animal"),
        ("where the dog doesn't die", "dead animal"),
        ("horror without gore", "gore"),
        ("action without any car chases", "car chase"),
        ("in color", "black and white"),
        ("a war film that is not about the Vietnam War", "Vietnam War"),
        ("science fiction that is easier to follow", "puzzle plot"),
        ("not another teen comedy", "teen comedy"),
        ("not too talky", "mostly talk"),
        ("horror, no slashers", "slasher"),
    ],
)
def test_features_are_refused(text: str, feature: str) -> None:
    assert feature in refused(text)["features"]
    assert feature not in wanted(text).get("features", ())


@pytest.mark.parametrize(
    ("text", "column", "value", "is_wanted"),
    [
        ("bond movies", "series", "James Bond", True),
        ("a James Bond", "series", "James Bond", True),
        ("action but no star wars or james bond", "series", "Star Wars", False),
        ("action but no star wars or james bond", "series", "James Bond", False),
        ("something like the godfather movies", "series", "The Godfather", True),
        ("animated, not disney", "studio", "Disney", False),
        ("a pixar movie", "studio", "Pixar", True),
    ],
)
def test_series_and_studios_are_asked_for_and_refused(
    text: str, column: str, value: str, is_wanted: bool
) -> None:
    understood = READER.understand(text)
    traits = understood.traits if is_wanted else understood.excluded_traits
    assert (column, (value,)) in traits


def test_what_is_a_kind_is_no_series() -> None:
    assert READER.understand("western movies").genres == ("Western",)


def test_a_catalog_without_features_searches_for_the_words() -> None:
    understood = BARE.understand("a film with samurai")
    assert understood.traits == ()
    assert understood.text == "samurai"
    assert "the catalog does not say which awards it has" in BARE.understand("oscar winner").remarks


def test_what_people_say_names_features_of_the_vocabulary_and_one_of_them() -> None:
    said = tomllib.loads(
        files("recsys_rag.understand").joinpath("features.toml").read_text(encoding="utf-8")
    )
    named = [name for part in ("said", "whole", "refused") for name in said[part]]
    assert {one for name in named for one in name.split(", ")} <= table()["features"].keys()
    phrases = [
        (phrase, name)
        for name, of in said["said"].items()
        for phrase in set(expanded(" ".join(of.split())))
    ]
    assert len({phrase for phrase, _ in phrases}) == len(phrases)


def test_what_is_refused_in_other_words_too_is_not_asked_for() -> None:
    understood = READER.understand("cannot follow a complicated plot, simple and warm")
    assert dict(understood.excluded_traits)["features"] == ("puzzle plot", "told out of order")
    assert "features" not in dict(understood.traits)
    assert wanted("a love story that ends well")["features"] == ("happy ending",)


def test_a_feature_that_is_all_that_is_named_is_no_title() -> None:
    titles = ("FairyTale: A True Story", *CATALOG.titles[1:])
    reader = Understander(replace(CATALOG, titles=titles))
    understood = reader.understand("a fairy tale")
    assert understood.like_items == ()
    assert dict(understood.traits)["features"] == ("fairy tale",)
    assert reader.understand("like FairyTale").like_items == (0,)
    assert wanted("based on a classic novel")["features"] == ("based on a book",)
