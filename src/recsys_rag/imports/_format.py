"""What a format is: a name, how its files are recognized, how they are read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from recsys_rag.data.dataset import RatingScale
from recsys_rag.imports._entries import Account
from recsys_rag.imports._files import ExportFile


@dataclass(frozen=True, slots=True)
class Options:
    """What a person has to say where a file leaves it open."""

    viewer: str | None = None  # whose history, where several people share an account
    scale: RatingScale | None = None  # of the ratings of a plain table


@dataclass(frozen=True, slots=True)
class Format:
    """A format of one site."""

    name: str  # as people call it
    recognizes: Callable[[ExportFile], bool]
    # reads all files of an export that are of this format
    read: Callable[[Sequence[ExportFile], Account, Options], None]
