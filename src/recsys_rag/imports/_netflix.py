"""Netflix: the list of a profile's page, and the activity of a data request. No ratings, no years;
dates in the form of the country."""

import re
from collections.abc import Sequence

from recsys_rag.errors import DataError
from recsys_rag.imports._cells import column_dates, iso_date
from recsys_rag.imports._entries import Account, Entry
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options

SHORT_SECONDS = 300  # shorter plays are looks, not views
_ACTIVITY = ("profile name", "start time", "duration", "title", "supplemental video type")
# a middle part that is a word and a number, in any language: "Harbour Street: Staffel 1: ..."
_NUMBERED = re.compile(
    r": (?:[^\W\d]+ )?[^\W\d]+\.? ?\d+(?: ?\([^:]*\))?:|: S\d+:|\(Episode \d+\)|: \d+\. [^\W\d]+:"
)
_ONE_SEASON = re.compile(r": (?:limited series|mini-?s[eé]ri[eé]s?|specials)(?::|$)", re.IGNORECASE)


def _recognizes(file: ExportFile) -> bool:
    """Say whether this is one of Netflix's two tables."""
    is_page = file.header == ("title", "date")
    return is_page or {"profile name", "start time", "title"} <= set(file.header)


def _read(files: Sequence[ExportFile], account: Account, options: Options) -> None:
    """Read what was watched; of several profiles, that of the viewer. Raises DataError where it
    must be told whose."""
    for file in files:
        if file.header == ("title", "date"):
            _read_page(file, account)
        else:
            _read_activity(file, account, options.viewer)


def is_episode(title: str) -> bool:
    """Say whether a title of Netflix is that of an episode: one part of it numbers a season.

    >>> is_episode("Harbour Street: Staffel 1: Die Nacht"), is_episode("Salt: Part Two: A Film")
    (True, False)
    >>> is_episode("Mission: Impossible"), is_episode("Harbour Street: Limited Series: Pilot")
    (False, True)
    """
    return bool(_NUMBERED.search(title) or _ONE_SEASON.search(title))


def _read_page(file: ExportFile, account: Account) -> None:
    rows = list(file.rows("title", "date"))
    dates, trouble = column_dates([row["date"] for row in rows], newest_first=True)
    if trouble:
        account.notes.append(f"{file.path}: {trouble}")
    for row, when in zip(rows, dates, strict=True):
        if is_episode(row["title"]):
            account.skip(row.where, row["title"], "an episode")
        else:
            account.add(Entry("watched", row["title"], row.where, when=when))


def _read_activity(file: ExportFile, account: Account, viewer: str | None) -> None:
    rows = list(file.rows(*_ACTIVITY))
    profiles = list(dict.fromkeys(row["profile name"] for row in rows))
    if viewer is None and len(profiles) > 1:
        raise DataError(
            f"{file.path}: holds the profiles {', '.join(map(repr, profiles))}; say whose history "
            f"it is with viewer={profiles[0]!r}"
        )
    if viewer is not None and viewer not in profiles:
        raise DataError(
            f"{file.path}: has no profile {viewer!r}; there is {', '.join(map(repr, profiles))}"
        )
    for row in rows:
        if viewer is not None and row["profile name"] != viewer:
            account.skip(row.where, row["title"], "of another profile")
        elif row["supplemental video type"]:
            account.skip(row.where, row["title"], "a trailer or other extra")
        elif is_episode(row["title"]):
            account.skip(row.where, row["title"], "an episode")
        elif (seconds := _seconds(row["duration"])) < SHORT_SECONDS:
            account.skip(row.where, row["title"], f"played for {seconds} s only")
        else:
            when = iso_date(row["start time"])
            account.add(Entry("watched", row["title"], row.where, when=when))


def _seconds(clock: str) -> int:
    """Return the seconds of "01:38:12".

    >>> _seconds("01:38:12"), _seconds("")
    (5892, 0)
    """
    seconds = 0
    for part in re.findall(r"\d+", clock):
        seconds = 60 * seconds + int(part)
    return seconds


FORMAT = Format("Netflix", _recognizes, _read)
