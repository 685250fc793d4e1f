"""The options by which a person's history comes from elsewhere, and what they mean. Opens a file
only when asked to."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from recsys_rag._cli.table_options import group_of, option, scale_of

if TYPE_CHECKING:
    from recsys_rag.data.dataset import Dataset
    from recsys_rag.imports import Imported

reading_options = group_of(
    option("--viewer", "Whose history, where the file holds that of several.", metavar="NAME"),
    option(
        "--history-scale",
        "The scale of a plain table's ratings.  [default: that of the data]",
        metavar="LOW:HIGH[:STEP]",
    ),
)
history_options = group_of(
    option(
        "--history",
        "An export of Letterboxd, IMDb, Trakt ... (see `recsys-rag import --help`); repeatable.",
        metavar="FILE",
        type=Path,
        multiple=True,
    ),
    option("--watchlist", "Only what --history has on a watchlist and not as seen.", is_flag=True),
    reading_options,
)


def imported(
    files: Sequence[Path], viewer: str | None, history_scale: str | None, dataset: "Dataset"
) -> "Imported":
    """Read exports and find their items in the data. Raises DataError, UsageError, OSError."""
    from recsys_rag import imports
    from recsys_rag.data.dataset import RatingScale

    scale = None
    if history_scale is not None:
        scale = RatingScale(*scale_of("--history-scale", history_scale))
    exports = [imports.read(file, viewer=viewer, scale=scale) for file in files]
    return imports.match(imports.joined(exports), dataset)


def check_history(
    files: Sequence[Path], watchlist: bool, viewer: str | None, history_scale: str | None
) -> None:
    """Refuse options that say how --history is read where there is none. Raises UsageError."""
    given = (("--watchlist", watchlist), ("--viewer", viewer), ("--history-scale", history_scale))
    for name, value in given:
        if value and not files:
            raise click.UsageError(f"{name} is about --history; give --history FILE with it")


def wanted(brought: "Imported") -> tuple[str, ...]:
    """Return the ids of what is wanted and not seen. Raises DataError where there is none."""
    from recsys_rag.errors import DataError

    if not brought.wanting:
        files = ", ".join(brought.export.files)
        raise DataError(
            f"nothing that is on a watchlist in {files} and not seen is in this data; see "
            "`recsys-rag import FILE` for what was read, or leave out --watchlist"
        )
    return brought.wanting
