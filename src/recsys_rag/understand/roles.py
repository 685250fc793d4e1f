"""In which part a person is asked for: "directed by", "starring", "with", "written by". Who is meant is found elsewhere."""

from dataclasses import dataclass

from recsys_rag.understand.tokens import Phrases, Words


@dataclass(frozen=True, slots=True)
class Role:
    """The catalog's column for a part, and whether only that part can be meant: "with" may be said of a director too."""

    column: str
    is_sure: bool
    start: int  # where it was said, among the words


_CUES = Phrases(
    [
        *((cue, ("director", True)) for cue in ("directed by", "director", "filmmaker", "direction by", "made by")),
        ("by", ("director", False)),
        *((cue, ("actors", True)) for cue in ("starring", "stars", "featuring", "played by", "acted by")),
        *((cue, ("actors", True)) for cue in ("actor", "actress", "with actor", "with actress")),
        ("with", ("actors", False)),
        *((cue, ("writer", True)) for cue in ("written by", "writer", "screenwriter", "script by", "screenplay by")),
    ]
)
_LONGEST_CUE = 2  # words


def role_before(words: Words, place: int) -> Role | None:
    """Return the part that the words just before a name say, or None."""
    for n_words in range(_LONGEST_CUE, 0, -1):
        found = _CUES.at(words, place - n_words) if place >= n_words else None
        if found is not None and found[0] == place:
            column, is_sure = found[1]
            return Role(column, is_sure, place - n_words)
    return None
