"""What was played: Spotify, Steam, Plex and Jellyfin. Counts are no ratings: what was played counts
as watched, what was only begun is left out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from recsys_rag.data._readers.cells import imdb_id, number_id
from recsys_rag.data.dataset import RatingScale
from recsys_rag.imports._cells import ids_of, iso_date, moment, whole, year_in
from recsys_rag.imports._documents import records
from recsys_rag.imports._entries import Account, Entry
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options

_SONG_SECONDS = 30
_FILM_SECONDS = 300
_OUT_OF_TEN = RatingScale(0, 10, 0.5)
_TSV_FIELDS = 9


def _first(file: ExportFile) -> dict[str, Any]:
    """Return the first record of a JSON file, empty where there is none."""
    return records(file)[0] if file.name.endswith(".json") and records(file) else {}


def _nested(file: ExportFile, *keys: str) -> list[Any] | None:
    """Return the list at these keys of a JSON object, None where there is none."""
    if not file.text.lstrip().startswith("{"):
        return None
    value: Any = file.json
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, list) else None


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value.strip() if isinstance(value, str) else ""


# --- Spotify --------------------------------------------------------------------------------------


def _is_spotify(file: ExportFile) -> bool:
    keys = set(_first(file))
    return {"endTime", "trackName", "msPlayed"} <= keys or {"ts", "ms_played"} <= keys


def _read_spotify(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    for file in files:
        for place, record in enumerate(records(file), 1):
            where = f"{file.path}:{place}"
            track = _text(record, "trackName") or _text(record, "master_metadata_track_name")
            artist = _text(record, "artistName") or _text(
                record, "master_metadata_album_artist_name"
            )
            played = whole(record.get("msPlayed", record.get("ms_played"))) // 1000
            if not track:
                account.skip(where, "", "not a song")
            elif record.get("incognito_mode") is True:
                account.skip(where, "", "played in a private session")
            elif played < _SONG_SECONDS:
                account.skip(where, track, f"played for {played} s only")
            else:
                account.add(
                    Entry(
                        "watched",
                        track,
                        where,
                        medium="music",
                        ids=ids_of(spotify=_text(record, "spotify_track_uri")),
                        other_titles=(f"{artist} - {track}",) if artist else (),
                        when=iso_date(record.get("endTime") or record.get("ts")),
                    )
                )


# --- Steam ----------------------------------------------------------------------------------------


def _read_steam(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    for file in files:
        for place, game in enumerate(_nested(file, "response", "games") or (), 1):
            where = f"{file.path}:{place}"
            if not isinstance(game, dict) or not number_id(game.get("appid")):
                account.skip(where, "", "no game")
            elif not whole(game.get("playtime_forever")):
                account.skip(where, _text(game, "name"), "owned, not played")
            else:
                account.add(
                    Entry(
                        "watched",
                        re.sub("[™®©]", "", _text(game, "name")),
                        where,
                        medium="game",
                        ids={"steam": number_id(game["appid"])},
                        when=moment(game.get("rtime_last_played")),
                    )
                )


# --- Plex and Jellyfin ----------------------------------------------------------------------------


def _read_plex(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    for file in files:
        for place, view in enumerate(_nested(file, "MediaContainer", "Metadata") or (), 1):
            where = f"{file.path}:{place}"
            if not isinstance(view, dict) or view.get("type") != "movie":
                title = _text(view, "grandparentTitle") if isinstance(view, dict) else ""
                account.skip(where, title, "not a film")
                continue
            entry = Entry(
                "watched",
                _text(view, "title"),
                where,
                year_in(view.get("year") or view.get("originallyAvailableAt")),
                "film",
                when=moment(view.get("viewedAt")),
            )
            account.rate(entry, view.get("userRating"), _OUT_OF_TEN)


def _is_jellyfin_items(file: ExportFile) -> bool:
    items = _nested(file, "Items")
    return bool(items) and isinstance(items[0], dict) and "UserData" in items[0] if items else False


def _read_jellyfin_items(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    for file in files:
        for place, item in enumerate(_nested(file, "Items") or (), 1):
            item = item if isinstance(item, dict) else {}
            state = item.get("UserData")
            state = state if isinstance(state, dict) else {}
            where, title = f"{file.path}:{place}", _text(item, "Name")
            medium = {"Movie": "film", "Series": "series"}.get(_text(item, "Type"))
            if medium is None:
                account.skip(where, title, "neither a film nor a series")
                continue
            likes = state.get("Likes") is True or state.get("IsFavorite") is True
            if not (likes or state.get("Played") is True or state.get("Rating") is not None):
                account.skip(where, title, "not played")
                continue
            given = item.get("ProviderIds")
            ids = given if isinstance(given, dict) else {}
            entry = Entry(
                "watched",
                title,
                where,
                year_in(item.get("ProductionYear")),
                medium,
                ids_of(
                    imdb=imdb_id(ids.get("Imdb")),
                    tmdb=number_id(ids.get("Tmdb")) if medium == "film" else "",
                ),
                when=iso_date(state.get("LastPlayedDate")),
            )
            if likes:
                account.add(replace(entry, kind="liked"))
            if state.get("Rating") is not None or not likes:
                account.rate(entry, state.get("Rating"), _OUT_OF_TEN)


def _is_playback_report(file: ExportFile) -> bool:
    """Say whether this is a backup of Playback Reporting: no header, nine fields by tabs."""
    line = file.text.split("\n", 1)[0]
    fields = line.split("\t")
    return len(fields) >= _TSV_FIELDS and bool(re.match(r"\d{4}-\d\d-\d\d ", fields[0]))


def _read_playback_report(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    for file in files:
        for line, text in enumerate(file.text.splitlines(), 1):
            if not text.strip():
                continue
            where, fields = f"{file.path}:{line}", text.split("\t")
            if len(fields) < _TSV_FIELDS:
                account.skip(where, "", f"{len(fields)} fields instead of {_TSV_FIELDS}")
                continue
            # nothing is escaped: a tab within a name is told by counting from both ends
            title, kind, seconds = " ".join(fields[4:-4]), fields[3], whole(fields[-1])
            if kind != "Movie":
                account.skip(where, title, "not a film")
            elif seconds < _FILM_SECONDS:
                account.skip(where, title, f"played for {seconds} s only")
            else:
                when = iso_date(fields[0])
                account.add(Entry("watched", title, where, medium="film", when=when))


SPOTIFY = Format("Spotify", _is_spotify, _read_spotify)
STEAM = Format("Steam", lambda file: _nested(file, "response", "games") is not None, _read_steam)
PLEX = Format(
    "Plex", lambda file: _nested(file, "MediaContainer", "Metadata") is not None, _read_plex
)
JELLYFIN_ITEMS = Format("Jellyfin", _is_jellyfin_items, _read_jellyfin_items)
JELLYFIN_PLAYS = Format("Jellyfin", _is_playback_report, _read_playback_report)
