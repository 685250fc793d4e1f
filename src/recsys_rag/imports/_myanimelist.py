"""MyAnimeList: lists of anime and manga in XML, packed or not. A score of 0 means none."""

from collections.abc import Sequence

from recsys_rag.data._readers.cells import number_id
from recsys_rag.imports._cells import TEN, ids_of, iso_date, whole
from recsys_rag.imports._documents import elements
from recsys_rag.imports._entries import Account, Entry, Kind
from recsys_rag.imports._files import ExportFile
from recsys_rag.imports._format import Format, Options
from recsys_rag.imports._media import medium_of

_PLANNED = ("plan to watch", "plan to read", "6")
_DROPPED = ("dropped", "4")


def _recognizes(file: ExportFile) -> bool:
    """Say whether this is XML of MyAnimeList."""
    head = file.text[:2000]
    return head.lstrip().startswith("<") and "<myanimelist" in head


def _read(files: Sequence[ExportFile], account: Account, _: Options) -> None:
    """Read scores as ratings; without one, the status says whether it was watched or is planned."""
    for file in files:
        for name, line, cells in elements(file, ("anime", "manga")):
            where = f"{file.path}:{line}"
            title = cells.get("series_title") or cells.get("manga_title", "")
            status = cells.get("my_status", "").lower()
            score = cells.get("my_score")
            done = whole(cells.get("my_watched_episodes") or cells.get("my_read_chapters"))
            if not (whole(score) or done or status in (*_PLANNED, "completed", "2")):
                account.skip(where, title, f"status {status or 'unknown'}, nothing watched")
                continue
            kind: Kind = "wanting" if status in _PLANNED else "watched"
            site_id = cells.get("series_animedb_id") or cells.get("manga_mangadb_id")
            entry = Entry(
                kind,
                title,
                where,
                medium="book" if name == "manga" else medium_of(cells.get("series_type", "")),
                ids=ids_of(**{f"mal_{name}": number_id(site_id)}),
                when=iso_date(cells.get("my_finish_date")) or iso_date(cells.get("my_start_date")),
                is_finished=status not in _DROPPED,
            )
            account.rate(entry, score, TEN)


FORMAT = Format("MyAnimeList", _recognizes, _read)
