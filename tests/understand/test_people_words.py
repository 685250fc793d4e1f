"""Who is named, how sure that is, and in which part: a small catalog of people made for it."""

from dataclasses import replace

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.types import Understanding
from recsys_rag.understand._understander import Understander

_DIRECTORS = ("Alba Corvin", "Alba Corvin", "Alba Corvin", "Tomas Vereck", "Bram de Groen", "")
_ACTORS = (
    ("Ines Halloran", "Otto Halloran"),
    ("Ines Halloran", "Petra Lund"),
    ("Otto Halloran", "Ruth Halloran"),
    ("Alba Corvin", "Petra Lund"),
    ("Cher", "Petra Lund"),
    ("Rowan Bell",),
)
_WRITERS = ("Tomas Vereck", "Tomas Vereck", "Bram de Groen", "", "", "")
_CATALOG = Catalog(
    Vocabulary(tuple("abcdef")),
    ("Xqa", "Xqb", "Xqc", "Xqd", "Xqe", "The Bell"),
    np.array([1990, 1991, 1992, 1993, 1994, 1995], np.int32),
    (("Drama",), ("Comedy",), ("Drama", "War"), ("Drama",), ("Comedy",), ("Drama",)),
    metadata={
        "director": tuple((name,) if name else () for name in _DIRECTORS),
        "actors": _ACTORS,
        "writer": tuple((name,) if name else () for name in _WRITERS),
    },
)
_UNDERSTANDER = Understander(_CATALOG)


def _understood(text: str) -> Understanding:
    return _UNDERSTANDER.understand(text)


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("with Petra Lund", ("Petra Lund",)),
        ("petra lund comedies", ("Petra Lund",)),
        ("Petra Lund's comedies", ("Petra Lund",)),
        ("with Petra Lund and Ines Halloran", ("Petra Lund", "Ines Halloran")),
        ("by Corvin", ("Alba Corvin",)),
        ("Corvin dramas", ("Alba Corvin",)),
        ("Corvin's dramas", ("Alba Corvin",)),
        ("Corvin", ("Alba Corvin",)),
        ("another Corvin", ("Alba Corvin",)),
        ("directed by de Groen", ("Bram de Groen",)),
        ("directed by Groen", ("Bram de Groen",)),
        ("starring Cher", ("Cher",)),
        ("with cher", ()),  # one name alone needs its capital, or a sure cue
        ("starring cher", ("Cher",)),
        ("cherish the day", ()),
        ("directed by Alba Corwin", ("Alba Corvin",)),  # misspelled
        ("directed by Corvinn", ("Alba Corvin",)),
        ("petra lunt comedies", ("Petra Lund",)),  # one of two names is spelled as it should be
        ("peta lunt comedies", ()),
        ("with Corvinn", ()),  # "with" may be said of a thing
        ("a bell drama", ()),  # a word of a title
        ("with Rowan Bell", ("Rowan Bell",)),
        ("groen dramas", ()),  # no capital, no cue, and of two items only
        ("vereck dramas", ("Tomas Vereck",)),
        ("with Halloran", ()),  # three bear the name, none with three times the items
        ("the Halloran brothers", ("Ines Halloran", "Otto Halloran", "Ruth Halloran")),
        ("the Lund sisters", ()),  # nobody worked together
        # in small letters: what no text writes so is a name
        ("corvin without any war", ("Alba Corvin",)),
        ("something by corvin", ("Alba Corvin",)),
        ("corvin xanzor", ()),  # another name behind it
        ("stories in corvin", ()),  # a place
        ("alb corvin comedies", ("Alba Corvin",)),  # called so
        ("tom vereck", ("Tomas Vereck",)),
        ("alba movies", ("Alba Corvin",)),  # by the first name
        ("alba", ()),  # nothing says that this is somebody
        ("halloran dramas", ()),  # three bear it, and none directs
        ("the Lunds", ("Petra Lund",)),
        ("the Hallorans", ("Ines Halloran", "Otto Halloran", "Ruth Halloran")),
        ("the Lund brothers", ("Petra Lund",)),  # the other is not named
    ],
)
def test_people_are_found_by_whole_name_by_last_name_and_misspelled_after_a_cue(
    text: str, people: tuple[str, ...]
) -> None:
    assert set(_understood(text).people) == set(people)


def test_of_those_who_share_a_last_name_who_made_a_film_that_is_named_is_meant() -> None:
    assert _understood("halloran, but not Xqc").people == ()  # two of them are in it
    assert _understood("halloran, but not Xqb").people == ("Ines Halloran",)


def test_somebody_is_refused_in_small_letters() -> None:
    assert _understood("a drama but no corvin").excluded_people == ("Alba Corvin",)
    assert _understood("a drama but no bell").excluded_people == ()  # a word of a title


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("directed by Alba Corvin", "director"),
        ("director Alba Corvin", "director"),
        ("by Alba Corvin", "director"),
        ("Alba Corvin directs", "director"),
        ("Alba Corvin behind the camera", "director"),
        ("Alba Corvin as the director", "director"),
        ("starring Alba Corvin", "actors"),
        ("with actress Alba Corvin", "actors"),
        ("with Alba Corvin", "actors"),
        ("Alba Corvin acted", "actors"),
        ("Alba Corvin in front of the camera", "actors"),
        ("Alba Corvin plays the lead", "actors"),
        ("Alba Corvin: what is she in?", "actors"),
        ("written by Tomas Vereck", "writer"),
        ("screenplay by Tomas Vereck", "writer"),
        ("Tomas Vereck wrote", "writer"),
    ],
)
def test_the_part_is_the_one_that_is_said(text: str, column: str) -> None:
    understood = _understood(text)
    assert [said for _, said in understood.roles] == [column]
    assert not understood.text


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("directed by and starring Alba Corvin", {"director", "actors"}),
        ("Alba Corvin both directs and stars", {"director", "actors"}),
        ("written and directed by Tomas Vereck", {"director"}),
        ("Alba Corvin", set()),
    ],
)
def test_two_parts_are_both_asked_for_and_none_is_where_none_is_said(
    text: str, columns: set[str]
) -> None:
    assert {column for _, column in _understood(text).roles} == columns


def test_a_part_is_said_of_all_who_are_listed() -> None:
    understood = _understood("starring Petra Lund, Ines Halloran or Cher")
    assert understood.any_person
    assert dict(understood.roles) == dict.fromkeys(
        ("Petra Lund", "Ines Halloran", "Cher"), "actors"
    )


def test_people_who_are_never_together_are_alternatives() -> None:
    assert not _understood("with Petra Lund and Ines Halloran").any_person
    assert _understood("with Petra Lund and Rowan Bell").any_person


@pytest.mark.parametrize(
    ("text", "excluded", "neither"),
    [
        ("nothing with Petra Lund", ("Petra Lund",), ()),
        ("no Corvin", ("Alba Corvin",), ()),
        ("a drama, but no Drama Corvin", (), ()),
        (
            "nothing starring Alba Corvin",
            (),
            (Understanding(people=("Alba Corvin",), roles=(("Alba Corvin", "actors"),)),),
        ),
        (
            "Alba Corvin directing but not acting",
            (),
            (Understanding(people=("Alba Corvin",), roles=(("Alba Corvin", "actors"),)),),
        ),
    ],
)
def test_a_refused_person_or_part_is_excluded(
    text: str, excluded: tuple[str, ...], neither: tuple[Understanding, ...]
) -> None:
    understood = _understood(text)
    assert (understood.excluded_people, understood.neither) == (excluded, neither)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("starring Zora Quill", ("Zora Quill",)),
        ("with zora quill", ()),  # may be a thing
        ("starring zora quill", ("zora quill",)),
        ("with Zora", ()),
        ("starring Tomas Vereck", ("starring Tomas Vereck",)),  # he never acted
        ("with Tomas Vereck", ()),  # "with" may be said of a writer
    ],
)
def test_who_is_not_in_the_catalog_and_parts_nobody_had_are_told(
    text: str, said: tuple[str, ...]
) -> None:
    assert _understood(text).not_understood == said


def test_a_last_name_that_begins_the_name_of_somebody_else_is_not_the_person_here() -> None:
    for text in ("something by Corvin Ashdown", "directed by Corvin Ashdown", "Corvin Ashdown"):
        assert _understood(text).people == (), text
    assert _understood("directed by Corvin Ashdown").not_understood == ("Corvin Ashdown",)
    assert _understood("by Corvin and Lund").people == ("Alba Corvin", "Petra Lund")


@pytest.mark.parametrize(
    ("text", "people", "years"),
    [
        ("early Corvin", ("Alba Corvin",), (1990, 1991)),
        ("late Corvin", ("Alba Corvin",), (1992, 1993)),
        ("early Corvin with Petra Lund", ("Alba Corvin", "Petra Lund"), (1990, 1991)),
        ("Corvin with Petra Lund", ("Alba Corvin", "Petra Lund"), None),
        ("Lund or Corvin", ("Petra Lund", "Alba Corvin"), None),
        ("set in Corvin", (), None),  # may be a place
        ("Denis Corvin", (), None),  # somebody else
        ("early morning", (), None),
    ],
)
def test_a_last_name_with_a_capital_is_somebody_well_known(
    text: str, people: tuple[str, ...], years: tuple[int, int] | None
) -> None:
    understood = _understood(text)
    assert (understood.people, understood.years) == (people, years)


@pytest.mark.parametrize("join", ["with", "and", "starring", "plus"])
def test_a_director_and_an_actor_are_both_wanted_without_capitals(join: str) -> None:
    understood = _understood(f"corvin {join} ines halloran")
    assert understood.people == ("Alba Corvin", "Ines Halloran")
    assert not understood.any_person


def test_people_who_have_nothing_together_are_alternatives_and_that_is_told() -> None:
    understood = _understood("ruth halloran and rowan bell")
    assert understood.any_person
    assert any("together" in remark for remark in understood.remarks)
    assert _understood("ruth halloran or rowan bell").remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        "ines halloran as the queen",
        "ines halloran playing a queen",
        "films where ines halloran plays a queen",
        "ines halloran, when she is the queen",
    ],
)
def test_who_plays_which_part_cannot_be_checked_and_that_is_told(text: str) -> None:
    understood = _understood(text)
    assert understood.people == ("Ines Halloran",)
    assert understood.text == "queen"
    assert "the catalog does not say who plays which part" in understood.remarks


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("that guy from Xqa", "Ines Halloran"),
        ("comedies with the actor from Xqd, please", "Alba Corvin"),
        ("something by the director of Xqd", "Tomas Vereck"),
        ("by the guy who made Xqe", "Bram de Groen"),
    ],
)
def test_somebody_may_be_called_by_a_title(text: str, name: str) -> None:
    understood = _understood(text)
    assert understood.people == (name,)
    assert not understood.like_items


def test_where_nobody_is_known_the_title_is_an_example() -> None:
    assert _understood("by the guy who made The Bell").people == ()


@pytest.mark.parametrize(
    "text", ["ines gosling", "a drama with Ines Gosling", "Otto Stonewell films"]
)
def test_a_name_that_nobody_bears_is_told_and_not_searched_for(text: str) -> None:
    understood = _understood(text)
    assert understood.people == ()
    assert understood.text == ""
    assert any(remark.startswith("nobody called") for remark in understood.remarks) or (
        understood.not_understood
    )


@pytest.mark.parametrize(
    "text", ["otto halloran", "The Bell", "two otters in a boat", "ines comedies"]
)
def test_names_that_are_here_and_other_words_are_no_strangers(text: str) -> None:
    assert not any("nobody called" in remark for remark in _understood(text).remarks)


def test_a_refusal_beside_somebody_may_be_a_title_of_theirs() -> None:
    understood = _understood("alba corvin, not xqb")
    assert understood.people == ("Alba Corvin",)
    assert understood.unlike_items == (1,)
    assert _understood("alba corvin, not xqe").unlike_items == ()


def test_who_is_told_of_is_no_stranger() -> None:
    keywords = (("Ines Gosling",), *[()] * (len(_CATALOG) - 1))
    telling = replace(_CATALOG, metadata={**_CATALOG.metadata, "keywords": keywords})
    understood = Understander(telling).understand("a drama about Ines Gosling")
    assert understood.text == "Ines Gosling"
    assert not understood.remarks


def test_a_refused_last_name_is_somebody_of_some_fame() -> None:
    assert _understood("no Corvin").excluded_people == ("Alba Corvin",)
    assert _understood("a drama, no Verecks").excluded_people == ("Tomas Vereck",)
    assert _understood("a drama, no Groen").excluded_people == ()
