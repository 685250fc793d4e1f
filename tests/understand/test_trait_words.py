"""Moods, themes and strengths in words, on a catalog of notes."""

from dataclasses import replace

import numpy as np
import pytest

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.types import Understanding
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._trait_words import TraitFind, TraitFinder
from recsys_rag.understand._understander import Understander

MOODS = (
    ("feel-good", "warm"),
    ("lighthearted", "silly"),
    ("romantic", "witty", "bittersweet"),
    ("dark humor", "bleak"),
    ("for families", "inspiring"),
    ("dreamlike", "quirky", "gentle"),
)
THEMES = (("friendship",), ("heist",), ("growing old",), ("time travel",), ("animals",), ())
CATALOG = Catalog(
    items=Vocabulary(tuple("abcdef")),
    titles=("Alpha", "Bravo", "Carol", "Delta", "Echo", "Foxtrot"),
    years=np.array([1980, 1985, 1990, 1995, 1996, 1997], np.int32),
    genres=(
        ("Drama",),
        ("Comedy", "Crime"),
        ("Romance",),
        ("Comedy",),
        ("Children's",),
        ("Horror",),
    ),
    attributes={
        "moods": MOODS,
        "themes": THEMES,
        "violence": np.array([0, 1, 2, 3, 0, np.nan]),
        "sadness": np.array([1, 0, 2, 3, 0, 1.0]),
        "scares": np.array([0, 0, 0, 2, 0, 3.0]),
    },
)
READER = Understander(CATALOG)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("something quirky", [("quirky",)]),
        (
            "I feel sad, cheer me up",
            [("feel-good", "warm", "lighthearted"), ("feel-good", "warm", "inspiring")],
        ),
        ("a heist", [("heist",)]),
        ("four mates, brain off", [("silly",)]),
        ("a film that leaves you thinking", [("bittersweet",)]),
        ("a comedy about time travel", [("time travel",)]),
        ("rainy sunday with my mom", [("warm", "gentle", "romantic"), ("gentle", "warm")]),
        ("a drama about growing old", [("growing old",)]),
        ("date night", [("romantic", "witty")]),
        ("a dark comedy", [("dark humor",)]),
        ("a bleak film that offers no hope", [("bleak",)]),
        ("for my six year old daughter", [("for families",)]),
        ("something for a 7-year-old", [("for families",)]),
    ],
)
def test_moods_occasions_and_themes_are_read(words: str, values: list[tuple[str, ...]]) -> None:
    understood = READER.understand(words)
    assert [of for _, of in understood.traits] == values
    assert understood.text == ""
    assert understood.not_understood == ()


@pytest.mark.parametrize(
    ("words", "levels"),
    [
        ("not violent", (("violence", 0, 1),)),
        ("without blood", (("violence", 0, 1),)),
        ("nothing too heavy", (("sadness", 0, 1),)),
        ("a comedy, not scary", (("scares", 0, 1),)),
        ("a violent western", (("violence", 2, 3),)),
    ],
)
def test_strengths_are_read(words: str, levels: tuple[tuple[str, int, int], ...]) -> None:
    understood = READER.understand(words)
    assert understood.levels == levels
    assert understood.not_understood == ()


def test_a_mood_that_is_refused_is_excluded() -> None:
    understood = READER.understand("a romance that is not bittersweet")
    assert understood.excluded_traits == (("moods", ("bittersweet",)),)
    assert understood.traits == ()


def test_dark_comedy_stays_a_comedy_and_scary_alone_a_genre() -> None:
    assert READER.understand("dark comedy").genres == ("Comedy",)
    assert READER.understand("something scary").genres == ("Horror",)


def test_what_was_asked_for_is_what_is_allowed() -> None:
    allowed = READER.allowed(READER.understand("cheer me up"))
    assert allowed.tolist() == [True, False, False, False, True, False]
    tame = READER.allowed(READER.understand("not violent"))
    assert tame.tolist() == [True, True, False, False, True, False]  # unknown is not known to fit
    without = READER.allowed(Understanding(excluded_traits=(("moods", ("bleak", "silly")),)))
    assert without.tolist() == [True, False, True, False, True, True]


def test_a_catalog_that_does_not_say_reads_no_moods() -> None:
    plain = Understander(replace(CATALOG, attributes={}))
    understood = plain.understand("something quirky, not violent")
    assert (understood.traits, understood.levels) == ((), ())
    assert understood.text == "quirky"
    assert understood.not_understood == ("not violent",)
    assert not plain.allowed(Understanding(traits=(("moods", ("warm",)),))).any()


def test_traits_are_told_and_taken_back() -> None:
    understood = READER.understand("a quirky heist, not violent")
    assert READER.describe(understood) == ("mood: quirky", "theme: heist", "violence: none or mild")
    part = understood.readings[0].part
    assert part == Understanding(traits=(("moods", ("quirky",)),))
    assert understood.without(part).traits == (("themes", ("heist",)),)
    both = understood.merged(Understanding(excluded_traits=(("moods", ("quirky",)),)))
    assert both.traits == (("themes", ("heist",)),)


@pytest.mark.parametrize(
    ("words", "values", "text"),
    [
        ("my grandmother is visiting, something warm", [("warm",)], ""),
        ("friday night with my dad and me, a heist", [("heist",)], ""),
        ("kids go to bed at 8, something silly", [("silly",)], ""),
        ("something warm about my grandmother", [("warm",)], "grandmother"),
        # of an occasion any mood will do, unless one is named
        ("home sick, something bleak", [("bleak",)], ""),
        ("home sick, something silly", [("lighthearted", "warm", "silly"), ("silly",)], ""),
    ],
)
def test_who_watches_and_when_is_not_searched_for(
    words: str, values: list[tuple[str, ...]], text: str
) -> None:
    understood = READER.understand(words)
    assert sorted(values for _, values in understood.traits) == sorted(values)
    assert understood.text == text


@pytest.mark.parametrize("who", ["girlfriend", "boyfriend", "mum", "sister", "grandmother", "kids"])
@pytest.mark.parametrize("asked", ["my {}, something warm", "my {} and i, something warm"])
def test_whoever_watches_too_is_claimed_whole(who: str, asked: str) -> None:
    assert not READER.understand(asked.format(who)).text


@pytest.mark.parametrize(
    ("words", "traits"),
    [
        ("warm or gentle", (("moods", ("warm", "gentle")),)),
        ("a heist or time travel", (("themes", ("heist", "time travel")),)),
        ("warm and gentle", (("moods", ("warm",)), ("moods", ("gentle",)))),
    ],
)
def test_values_of_one_kind_with_or_between_them_are_a_choice(
    words: str, traits: tuple[tuple[str, tuple[str, ...]], ...]
) -> None:
    assert READER.understand(words).traits == traits


def test_values_of_two_kinds_with_or_between_them_are_a_choice_that_can_be_taken_back() -> None:
    understood = READER.understand("warm or about a heist")
    mood = Understanding(traits=(("moods", ("warm",)),))
    theme = Understanding(traits=(("themes", ("heist",)),))
    assert understood == Understanding(either=(mood, theme))
    assert understood.telling == "warm heist"
    assert understood.without(understood.readings[0].part).is_empty


def test_what_is_for_adults_is_not_for_families_and_sixteen_is_no_child() -> None:
    adults = READER.understand("something for grown-ups")
    assert adults.excluded_traits == (("moods", ("for families",)),)
    assert READER.understand("for my 6 year old").traits == (("moods", ("for families",)),)
    teens = READER.understand("for 16 year olds")
    assert (teens.traits, teens.levels) == ((), (("violence", 0, 2),))


@pytest.mark.parametrize(
    "who", ["my teenage daughter and me", "for my 15 year old son", "with our teenagers"]
)
def test_with_teens_scenes_are_no_worse_than_clear(who: str) -> None:
    understood = READER.understand(who)
    assert understood.levels == (("violence", 0, 2),)
    assert understood.text == ""


@pytest.mark.parametrize(
    "what", ["about a 15 year old boy", "a 15 year old man", "about teenagers", "80s teen movies"]
)
def test_teens_of_a_story_do_not_watch(what: str) -> None:
    assert READER.understand(what).levels == ()


def test_what_is_to_be_scary_and_not_too_scary_may_be_clearly_so() -> None:
    for words in ("scary but not too scary", "a horror film, not too scary"):
        assert READER.understand(words).levels == (("scares", 1, 2),)
    for words in ("a comedy, not too scary", "a horror film, not scary"):
        assert READER.understand(words).levels == (("scares", 0, 1),)


def test_who_is_too_old_for_something_refuses_it() -> None:
    assert READER.understand("too cool for horror").excluded_genres == ("Horror",)


def test_what_makes_somebody_cry_is_refused_behind_a_verb_of_wanting() -> None:
    for words in ("I don't want to cry", "please nothing sad, I don't want to cry"):
        understood = READER.understand(words)
        assert understood.levels == (("sadness", 0, 1),)
        assert understood.traits == ()


def test_what_cannot_be_taken_is_refused_and_a_child_may_be_a_yr_old() -> None:
    assert READER.understand("can't take anything bleak").levels == (("sadness", 0, 1),)
    assert READER.understand("scared but not grossed out").levels == (("violence", 0, 1),)
    assert READER.understand("for my 8 yr old").traits == (("moods", ("for families",)),)


@pytest.mark.parametrize(
    "who",
    [
        "with my two kids (6 and 9)",
        "for my daughters, 8 and 11",
        "for our kids aged 5, 7 and 10",
        "with the nephews (5, 7, 12)",
        "ages range from 5 to 75",
        "for my brothers (5 and 16)",
        "for our two little ones (6 and 7)",
        "for my grandson who is 9",
    ],
)
def test_children_who_watch_are_read_with_their_ages(who: str) -> None:
    understood = READER.understand(f"a comedy {who}")
    assert understood.traits == (("moods", ("for families",)),)
    assert understood.levels == (("violence", 0, 1), ("scares", 0, 1))
    assert understood.text == ""


def test_children_without_ages_are_a_mood_and_teens_and_those_of_a_story_are_none() -> None:
    for who in ("with my two kids", "for our three little nephews", "with my sons"):
        assert READER.understand(f"a comedy {who}").traits == (("moods", ("for families",)),)
    for who in (
        "with my two sons (14 and 16)",
        "my daughter is 15",
        "for teens (13 and 15)",
        "about two brothers, 8 and 10",
    ):
        assert READER.understand(f"a comedy {who}").traits == ()


_LIGHT = ("feel-good", "lighthearted", "warm")


def test_moods_against_what_is_refused_are_preferred_where_nothing_is_asked_for() -> None:
    def preferred(text: str) -> list[int]:
        return np.flatnonzero(READER.typicality(READER.understand(text))).tolist()

    assert preferred("nothing depressing") == preferred("not too heavy") == [0, 1]
    assert preferred("no violence please") == preferred("nothing scary or violent") == [0, 1, 5]
    for text in ("very violent", "a heist, nothing depressing", "nothing quirky"):
        assert preferred(text) == []
    degrees = READER.typicality(READER.understand("nothing depressing"))
    moods = [len({*CATALOG.texts(item, "moods")} & {*_LIGHT}) for item in range(len(CATALOG))]
    assert degrees.tolist() == [min(n, 2) / 2 for n in moods]  # one is half, two are enough
    assert preferred("nothing depressing, under two hours") == [0, 1]
    assert 0 not in preferred("a comedy, nothing depressing")  # typical of comedies instead


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("for my 4 year old", ("violence", 0, 0)),
        ("no violence", ("violence", 0, 0)),
        ("not violent", ("violence", 0, 1)),
        ("horror without violence", ("violence", 0, 1)),
        ("not too violent", ("violence", 0, 1)),
        ("a crime film, not too violent", ("violence", 0, 2)),
        ("horror, not scary", ("scares", 0, 1)),
        ("nobody should be offended", ("violence", 0, 1)),
    ],
)
def test_how_much_is_refused_goes_by_the_degree_and_the_kind(
    words: str, level: tuple[str, int, int]
) -> None:
    assert READER.understand(words).levels[0] == level


def test_a_refusal_holds_for_moods_that_are_most_of_the_same() -> None:
    features = (("ghosts",), ("the sea",), ("spaceships",), ("spaceships",), ("boxing",), ())
    themes = (("space",), ("sports",), ("space",), ("space",), ("sports",), ("sports",))
    others = replace(
        CATALOG, attributes={**CATALOG.attributes, "themes": themes, "features": features}
    )
    reader = Understander(others)
    find = TraitFind(1, 2, Understanding(excluded_traits=(("features", ("spaceships",)),)))
    words = Words("not space")
    words.negated[1] = True
    widened = TraitFinder(others).widened(words, find).part
    assert widened.excluded_traits == (*find.part.excluded_traits, ("themes", ("space",)))
    assert reader.understand("no boxing").excluded_traits == (("features", ("boxing",)),)
