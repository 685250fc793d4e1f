"""In which part a person is asked for: "directed by", "starring", "with", "written by".

Who is meant is found elsewhere.
"""

from dataclasses import dataclass

from recsys_rag.understand._tokens import Phrases, Words


@dataclass(frozen=True, slots=True)
class Role:
    """A part in a film, and the words that asked for it."""

    column: str  # of the catalog
    is_sure: bool  # only that part can be meant: "with" may be said of a director too
    start: int
    stop: int


_BEFORE = Phrases.table(
    {
        "(directed|made|direction) by, director, filmmaker": ("director", True),
        "by": ("director", False),
        "starring, stars, featuring, (played|acted) by": ("actors", True),
        "(with|) (actor|actress)": ("actors", True),
        "with, ones have, (that|which) (have|has)": ("actors", False),
        "(written|script|screenplay) by, writer, screenwriter": ("writer", True),
    }
)
_BEHIND = Phrases.table(
    {
        "direct, directed, directs, directing, as (a|the|) director": ("director", True),
        "behind the camera, in the directors chair": ("director", True),
        "made, makes, did make": ("director", False),
        "stars, starred, acts, acted, plays, played, acting": ("actors", True),
        "was in, appears in, appeared in, is starring in, starred in": ("actors", True),
        "in front of the camera, on screen, (star|act|appear|play) in": ("actors", True),
        "(plays|play) the lead, as (an|) (actor|actress)": ("actors", True),
        "(is|) in it": ("actors", False),
        "wrote, writes, as (a|) writer": ("writer", True),
    }
)
# Behind "but not", of the person named before: "directing but not acting".
_REFUSED = Phrases.table(
    {
        "acting, act, acts, starring, star, stars, appearing, appear": "actors",
        "in front of (it|the camera), on screen": "actors",
        "behind (it|the camera), directing, direct, directs, directed": "director",
        "writing, write, writes, wrote": "writer",
    }
)
_ASKED_BEHIND = Phrases.table(
    {"(is|was|are|were) (he|she|they) in": True, "with (him|her|them) (in it|)": False}
)
_LONGEST_CUE = 2  # words, of those before a name
_SKIPPED = frozenset(("both", "has", "have", "also", "himself", "herself"))


def roles_before(words: Words, position: int) -> tuple[Role, ...]:
    """Return the parts named just before a person: "starring", "directed by and starring"."""
    for start in range(max(0, position - _LONGEST_CUE), position):
        cue = _BEFORE.at(words, start)
        if cue is not None and cue[0] == position:
            is_joined = words.word(start - 1) == "and"
            earlier = roles_before(words, start - 1) if is_joined else ()
            return (*earlier, Role(*cue[1], start, position))
    return ()


def roles_behind(words: Words, position: int) -> tuple[Role, ...]:
    """Return the parts named just behind a person: "directed", "both directs and stars"."""
    while words.word(position) in _SKIPPED and not words.ends(position):
        position += 1
    cue = _BEHIND.at(words, position)
    if cue is None or words.ends(position):
        return ()
    stop, said = cue
    later = roles_behind(words, stop + 1) if words.word(stop) == "and" else ()
    return (Role(*said, position, stop), *later)


def refused_alone(words: Words, position: int) -> Role | None:
    """Return the part refused here of a person named elsewhere: "but not acting"."""
    cue = _REFUSED.at(words, position) if words.negated[position] else None
    if cue is None:
        return None
    stop, column = cue
    stop += words.word(stop) == "in" and not words.ends(stop)  # "does not star in"
    is_all = words.ends(stop) or not words.negated[stop]
    return Role(column, True, position, stop) if is_all else None


def asked_behind(words: Words, position: int) -> Role | None:
    """Return the part asked here of a person named before: "what else is she in?"."""
    cue = _ASKED_BEHIND.at(words, position)
    if cue is None:
        return None
    stop, is_sure = cue
    is_all = words.ends(stop) or words.word(stop) in ("please", "pls", "and", "or")
    return Role("actors", is_sure, position, stop) if is_all else None
