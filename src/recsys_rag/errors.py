"""Every error raised on purpose, under one base class. Exit codes and HTTP statuses are given at
the edges, not here."""


class RecsysRagError(Exception):
    """Base of every error that this package raises on purpose; its message says what, which value,
    where, what to do."""


class DataError(RecsysRagError):
    """Input data that cannot be used: an unreadable file, an unknown column, an odd value."""


class UnknownUserError(RecsysRagError):
    """A user id that is not in the fitted data."""


class UnknownItemError(RecsysRagError):
    """An item id or title that is not in the catalog; the message names the closest titles."""


class QueryError(RecsysRagError):
    """A request that cannot be answered as asked: k of 0, no candidates left, contradictory
    constraints."""


class SettingsError(RecsysRagError):
    """A setting that is unknown, of the wrong type, or out of bounds."""


class MissingExtraError(RecsysRagError):
    """An optional dependency is not installed; the message gives the command that installs it."""


class AssetError(RecsysRagError):
    """A data set or model file could not be downloaded, is missing while offline, or fails its
    checksum."""


class ArtifactError(RecsysRagError):
    """A saved recommender is missing, damaged, or of another version."""


class NotFittedError(RecsysRagError):
    """A part was used before `fit`."""


class GenerationError(RecsysRagError):
    """A language model returned nothing usable, failed, was slow, or cannot honor a constraint."""


class Cancelled(RecsysRagError):
    """Nobody waits for this answer any more: its stream was closed. Never leaves the stream."""


class EvaluationError(RecsysRagError):
    """A comparison that would mean nothing: figures of different protocols side by side, a protocol
    the data cannot serve."""


class RegistryError(RecsysRagError):
    """An installed part that breaks its contract; the message names the package and the promise."""
