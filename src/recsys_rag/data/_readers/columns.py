"""Which column of a table means what: by option, or by one of its common names."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from recsys_rag.errors import DataError

if TYPE_CHECKING:
    from recsys_rag.data._readers.table import Table


def _by_meaning(text: str) -> dict[str, tuple[str, ...]]:
    """Return what stands behind each "meaning:"."""
    parts = re.split(r"(\w+):", text)[1:]
    return {
        meaning: tuple(names.split())
        for meaning, names in zip(parts[::2], parts[1::2], strict=True)
    }


# Common names in order of preference, compared without case, "_", "-", " " and a type behind ":"
# ("user_id:token"); counts say how often, and are read where there is no rating.
COMMON_NAMES: Mapping[str, tuple[str, ...]] = _by_meaning(
    """
    user: userid user uid username customerid customer reviewerid memberid visitorid listenerid
      listener playerid player readerid reader accountid account profileid member steamid usersha1
      clientid buyerid buyer personid person reviewer visitor profilename
    item: itemid item iid movieid movie filmid film productid product parentasin asin isbn bookid
      book songid trackid gameid articleid sku businessid artistid animeid showid recipeid jokeid
      appid videoid contentid placeid venueid restaurantid albumid bggid stockcode beerid hotelid
      song track game artist album anime show recipe id tmdbid tconst
    rating: rating ratings stars score overall userrating bookrating ratingvalue starrating
      reviewoverall reviewscore myrating grade userscore
    count: plays playcount playcounts count counts weight listens listencount clicks views
      quantity hoursplayed hours playtime timesplayed purchases frequency nplays interactions
      msplayed secondsplayed minutesplayed playtimeforever hoursonrecord timespent watchratio
      numplays scrobbles streams checkins visits nvisits dwelltime downloads loans
      minutes minuteswatched watchtime listentime purchasecount clickcount viewcount
    timestamp: timestamp ts time date datetime ratedat createdat unixreviewtime reviewtime
      playedat reviewdate eventtime watchedat orderdate when purchasedat playedon updatedat
      invoicedate ratingdate dateadded
    title: cleantitle title itemtitle movietitle producttitle booktitle name itemname movie
      primarytitle originaltitle gamename artistname label
    year: year releaseyear yearofpublication publicationyear startyear yearpublished
      originalpublicationyear publishedyear publishyear releasedate released publicationdate
      publisheddate datepublished premiered
    genres: genres genre categories category class
    """
)
# What more is read about items, and from which columns: of those that are there, the first with
# something in it, row by row.
METADATA_NAMES: Mapping[str, tuple[str, ...]] = _by_meaning(
    """
    director: director directors crew
    actors: actors actor cast starring wikicast
    author: author authors bookauthor bookauthors writtenby
    plot: plot overview tmdboverview synopsis plotsummary summary description shortdescription
    keywords: keywords tmdbkeywords plotkeywords
    imdb_id: imdbid imdb tconst
    tmdb_id: tmdbid tmdb
    language: language languages originallanguage languagecode
    runtime: runtime runtimeminutes runtimemins durationminutes
    """
)


def plain(name: str) -> str:
    """Return a column's name as it is compared.

    >>> plain("User_ID:token"), plain("movieId")
    ('userid', 'movieid')
    """
    return re.sub(r"[^a-z0-9]", "", name.split(":")[0].lower())


def is_known_name(name: str) -> bool:
    """Say whether this is a common name of any column.

    >>> is_known_name("movieId"), is_known_name("0.5")
    (True, False)
    """
    return any(plain(name) in names for names in (*COMMON_NAMES.values(), *METADATA_NAMES.values()))


def place_of(table: "Table", meaning: str, given: str | None, *, required: bool) -> int | None:
    """Return the place of the column with this meaning: the one given by name or by its number
    from 1, or ("") the one with a common name.

    None where `given` is None, or nothing fits and the column is not required. Raises DataError
    with the columns there are.
    """
    if given is None:
        return None
    there = ", ".join(table.columns)
    if given:
        if given in table.columns:
            return table.columns.index(given)
        if given.isdigit() and 1 <= int(given) <= len(table.columns):
            return int(given) - 1
        raise DataError(f"{table.where}: there is no column {given!r}; its columns are: {there}")
    place = place_of_common(table.columns, COMMON_NAMES[meaning])
    if place is None and required:
        raise DataError(
            f"{table.where}: no column looks like the {meaning}; its columns are: {there}; name it "
            f"with {meaning}_column"
        )
    return place


def place_of_common(columns: Sequence[str], names: Sequence[str]) -> int | None:
    """Return the place of the first of these names among the columns, or None."""
    places = {plain(name): place for place, name in reversed(list(enumerate(columns)))}
    return next((places[name] for name in names if name in places), None)
