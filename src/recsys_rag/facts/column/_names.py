"""What names of columns mean, and how they are spoken. States no facts."""

import re
from collections.abc import Mapping, Sequence

from recsys_rag.data._notes import STRENGTHS
from recsys_rag.verify._traits import table

# what a column means -> its common names, compared without case, "_", "-" and " "
_NAMES: Mapping[str, tuple[str, ...]] = {
    "designed by": ("designer", "designers", "gamedesigner", "boardgamedesigner"),
    "published by": ("publisher", "publishers", "boardgamepublisher"),
    "developed by": ("developer", "developers"),
    "written by": ("author", "authors", "writer", "writers", "screenwriter", "screenwriters"),
    "illustrated by": ("illustrator", "illustrators"),
    "music by": ("composer", "composers"),
    "read by": ("narrator", "narrators"),
    "made by": ("brand", "brands", "manufacturer", "maker", "producer", "producers"),
    "by": ("artist", "artists", "performer", "performers", "band"),
    "released by": ("label", "labels", "recordlabel"),
    "tagged": ("tag", "tags", "usertags"),
    "feature": ("features",),
    "in the series": ("series", "franchise"),
    "from the studio": ("studio", "studios"),
    "from": ("country", "countries", "origin", "countryoforigin"),
    "in the language": ("language", "languages"),
    "certificate": ("certificate", "certification", "mpaa", "mpaarating", "contentrating"),
    "players from": ("minplayers", "minimumplayers", "playersmin"),
    "players to": ("maxplayers", "maximumplayers", "playersmax"),
    "players": ("players", "numberofplayers", "nplayers"),
    "playing time": ("playingtime", "playtime", "gametime", "playingtimeminutes"),
    "pages": ("pages", "numpages", "pagecount", "numberofpages", "npages"),
    "youngest": ("minage", "minimumage", "agemin"),
    "runtime": ("runtime",),
}
_MEANINGS = {name: meaning for meaning, names in _NAMES.items() for name in names}
IDIOMS = frozenset(_NAMES)
# columns that have a kind of their own, or that tell a reader nothing
TOLD_BY_OTHERS = frozenset(
    ("director", "actors", "plot", "keywords", "imdb_id", "moods", "themes", "place", "time")
    + ("search_phrases",)
    + STRENGTHS
)
IDLE = frozenset(("US", "English", "silent", "none", "None", "Unknown", "unknown", "N/A", "Other"))
# features that give the end away, or that only those who ask want to hear of
_ONLY_ASKED = frozenset(
    ("twist ending", "happy ending", "sad ending", "open ending", "slow disease", "dead animal")
    + ("nudity", "gore", "rape and revenge", "black leads", "quotable lines")
)
# feature -> another one that says it, too
_SAID_BY = {"female lead": "strong woman", "one day or night": "one night"}
_WHOLES = ("series", "trilogy", "saga", "films", "cycle", "duology")  # said of a whole itself
_SILENT = re.compile(
    r"id|ids|url|link|links|image|images|poster|cover|thumbnail|isbn\d*|ean|sku|asin|slug|rank|votes|"
    r"count|score|ratings?|average|mean|popularity|price|cost|stock|date|created|updated|index|"
    r"revenue|budget|lat|lon|latitude|longitude|hash|key|code|path|file|status|weight|year|"
    r"title|address|users|members|owners|views|helpful|unnamed"
)
_SPEAKABLE = re.compile(r"[^\W\d_](?:[\w ]{0,28}\w)?")


def spoken(column: str) -> str:
    """Return a column's name in words.

    >>> spoken("cover_type"), spoken("minPlayers")
    ('cover type', 'min players')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
    return " ".join(re.sub(r"[_\-.]+", " ", words).split()).lower()


def is_plural(column: str) -> bool:
    """Say whether a column's name is of several things: "episodes", not "class".

    >>> is_plural("Episodes"), is_plural("binding"), is_plural("class")
    (True, False, False)
    """
    return bool(re.search(r"[^su]s$", spoken(column)))


def meaning_of(column: str) -> str | None:
    """Return what a column means, None for one without an idiom.

    >>> meaning_of("Game Designer"), meaning_of("Verlag")
    ('designed by', None)
    """
    return _MEANINGS.get(re.sub(r"[\W_]", "", column.lower()))


def is_told(column: str) -> bool:
    """Say whether a column tells a reader something, by its name: identifiers, addresses and the
    numbers of a business do not.

    >>> is_told("material"), is_told("bgg_id"), is_told("num_votes"), is_told("<b>x</b>")
    (True, False, False, False)
    """
    words = spoken(column)
    return bool(_SPEAKABLE.fullmatch(words)) and not any(
        _SILENT.fullmatch(word) for word in words.split()
    )


def are_features(column: str, values: Sequence[str]) -> bool:
    """Say whether these are values of our notes' vocabulary of features, which have words of their
    own: "has a twist ending".

    >>> are_features("features", ["twist ending"]), are_features("features", ["waterproof"])
    (True, False)
    """
    return (
        meaning_of(column) == "feature"
        and bool(values)
        and all(value in table()["features"] for value in values)
    )


def to_tell(column: str, values: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Return the values of a column in the order in which they are told: what was asked for first,
    and what gives an end away only then.

    >>> to_tell("features", ["happy ending", "chess", "whodunit"], ["whodunit"])
    ['whodunit', 'chess']
    """
    first = [value for value in values if value in asked]
    others = [value for value in values if value not in asked]
    if meaning_of(column) == "feature":
        others = [
            value
            for value in others
            if value not in _ONLY_ASKED and _SAID_BY.get(value) not in values
        ]
    return first + others


def in_series(series: str) -> str:
    """Return what an item of a series is part of.

    >>> in_series("The Godfather"), in_series("Apu trilogy")
    ('the Godfather series', 'the Apu trilogy')
    """
    name = series.removeprefix("The ").removeprefix("the ")
    return f"the {name}" if name.endswith(_WHOLES) else f"the {name} series"
