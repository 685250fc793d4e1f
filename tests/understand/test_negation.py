"""Which words a refusal covers: where it begins, how far it reaches, and what is no refusal."""

import pytest

from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.understand._negation import mark
from recsys_rag.understand._tokens import Words
from recsys_rag.understand._understander import Understander

_KINDS = {"comedy", "comedies", "horror", "drama", "western", "westerns", "war", "80s", "90s"}


def _refused(text: str) -> list[str]:
    """Return the words that are marked as not wanted."""
    words = Words(text)
    scopes = mark(words, lambda position: words.word(position) in _KINDS)
    marked = [i for i in range(len(words)) if words.negated[i]]
    assert all(any(scope.holds(i) for scope in scopes) for i in marked)
    return [words.word(i) for i in marked]


def _is_whole(text: str) -> bool:
    words = Words(text)
    (scope,) = mark(words, lambda position: words.word(position) in _KINDS)
    return scope.is_whole


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("drama, not horror", "horror"),
        ("not horror, drama", "horror"),
        ("not horror but drama", "horror"),
        ("not horror though drama", "horror"),
        ("no horror or war", "horror or war"),
        ("neither horror nor war", "horror nor war"),
        ("a drama that doesn't end with war", "war"),
        ("a drama that does not deal with war and horror", "war and horror"),
        ("a drama not ending in war", "war"),
        ("a drama that never turns into horror", "horror"),
        ("a drama that won't focus on war, from the 90s", "war"),
        ("a drama that ends with war", ""),
        ("neither from the 80s nor from the 90s", "from the 80s nor from the 90s"),
        ("not from the 80s or in the 90s", "from the 80s or in the 90s"),
        ("without gore and violence", "gore and violence"),
        ("not gore and violence", "gore"),  # "and" goes on for lists only
        ("without gore and with wit", "gore"),
        ("without gore and something funny", "gore"),
        ("without gore with wit", "gore"),
        ("no gore please give me wit", "gore"),
        ("no gore no violence", "gore violence"),
        ("less talk more action", "talk"),
        ("non-horror thriller", "horror"),
        ("drama -horror", "horror"),  # as search engines have it
        ("drama !horror", "horror"),
        ("zero gore", "gore"),
        ("drama free of gore", "gore"),
        ("a horror-free comedy", "horror"),
        ("a horror free comedy", "horror"),
        ("something gore-free", "gore"),
        ("feel free to show drama", ""),
        ("barring horror", "horror"),
        ("drama save for horror", "horror"),
        ("drama with the exception of horror", "horror"),
        ("outside horror", "horror"),
        ("westerns are out. drama", "westerns"),
        ("neither before the 80s nor after the 90s", "before the 80s nor after the 90s"),
        ("no horror, war or westerns", "horror war or westerns"),
        ("no horror, war", "horror"),
        ("no horror, war films or westerns, drama", "horror war films or westerns"),
        ("all but horror, war and westerns", "horror war and westerns"),
        ("no horror, war and westerns", "horror"),
        ("not the 80s, 90s or war", "the 80s 90s or war"),
        ("I hate musicals", "musicals"),
        ("not too fond of musicals", "musicals"),
        ("gore? no thanks. drama", "gore"),
        ("drama. gore? nope", "gore"),
        ("musicals are not my thing", "musicals"),
        ("drama, musicals are not for us", "musicals"),
        ("does not contain gore", "gore"),
        ("anything but horror", "horror"),
        ("rather than horror", "horror"),
        ("not scary at all but still about vampires", "scary at all"),
    ],
)
def test_a_refusal_covers_what_it_refuses(text: str, refused: str) -> None:
    assert " ".join(_refused(text)) == refused


@pytest.mark.parametrize(
    "text",
    [
        "not only drama",
        "not just westerns",
        "I don't mind horror",
        "anything but I like drama",
        "why not a western",
        "never seen a western",
        "who doesn't love a western",
        "no less than a drama",
        "can't get enough of westerns",
        "not picky, drama",
        "no offense to westerns",
        "about not giving up",
        "drama",
    ],
)
def test_what_only_sounds_like_a_refusal_refuses_nothing(text: str) -> None:
    assert _refused(text) == []


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [
        ("no comedies from the 80s", True),
        ("not a comedy from the 80s", True),
        ("a drama but not a comedy from the 80s", True),
        ("no horror film with a twist", True),
        ("no horror with a twist", True),  # nothing stands before it
        ("a drama with no horror from the 80s", False),  # a quality of the drama
        ("a drama with no westerns from the 80s", True),
        ("not horror from the 80s", False),
        ("not westerns from the 80s", True),
        ("a drama and not westerns from the 80s", False),
        ("no comedies about cops", True),
        ("no clowns from the 80s", False),
    ],
)
def test_a_kind_is_refused_with_what_is_said_of_it(text: str, is_whole: bool) -> None:
    assert _is_whole(text) == is_whole


def test_a_scope_begins_with_its_negator_and_holds_what_it_marks() -> None:
    words = Words("drama without gore, please")
    (scope,) = mark(words, lambda position: False)
    assert (scope.start, scope.stop) == (1, 3)
    assert [scope.holds(position) for position in range(4)] == [False, True, True, False]
    assert words.claimed == [False, True, False, False]


_AVERSIONS = """
the opposite of a horror film | spare me the horror | horror bores me to death
too many horror films lately
hardly any horror | allergic to horror | I'm over horror | horror makes me cringe
horror is overrated
I've had it with horror | fed up with horror movies | horror films put me to sleep
horror? never | horror? nah
the last thing I want is a horror film | horror films depress me | steer clear of horror
bored of horror
I'd rather die than watch a horror film | horror films are the worst
I do not care for horror | I loathe horror
"""
_DOUBTS = """
who watches horror these days | does anyone like horror? | I used to love horror but not any more
a horror of a day, cheer me up | my wife loves horror, I prefer comedies
I don't mind horror but prefer comedies
what is the point of horror | is a horror film ever good? | why does everyone love horror
"""
_WISHES = """
I can't get enough of horror | a horror film that won't bore me | horror, please
tired and want a horror film
a horror film that is not boring | never seen a horror film, show me one
my wife and I love horror
fed up with work, give me horror | horror? yes please | I don't mind horror
"""


def _cases(sentences: str) -> list[str]:
    return [
        one.strip() for line in sentences.splitlines() for one in line.split("|") if one.strip()
    ]


@pytest.mark.parametrize("text", _cases(_AVERSIONS))
def test_an_aversion_refuses_the_kind_that_it_names(text: str) -> None:
    understood = Understander(made_up_movies().catalog).understand(text)
    assert understood.genres == ()
    assert understood.excluded_genres == ("Horror",)


@pytest.mark.parametrize("text", _cases(_DOUBTS))
def test_a_doubt_or_the_taste_of_others_asks_for_nothing(text: str) -> None:
    understood = Understander(made_up_movies().catalog).understand(text)
    assert "Horror" not in (*understood.genres, *understood.excluded_genres)


@pytest.mark.parametrize("text", _cases(_WISHES))
def test_a_wish_stays_one_whatever_word_of_aversion_stands_beside_it(text: str) -> None:
    assert Understander(made_up_movies().catalog).understand(text).genres == ("Horror",)
