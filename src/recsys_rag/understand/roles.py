"""In which part a person is asked for: "directed by", "starring", "with", "written by". Who is
meant is found elsewhere."""

from dataclasses import dataclass

from recsys_rag.understand.tokens import Phrases, Words


@dataclass(frozen=True, slots=True)
class Role:
    """The catalog's column for a part, and whether only that part can be meant: "with" may be said
    of a director too."""

    column: str
    is_sure: bool
    start: int  # where it was said, among the words
    stop: int


_BEFORE = Phrases(
    [
        *(
            (cue, ("director", True))
            for cue in ("directed by", "director", "filmmaker", "direction by", "made by")
        ),
        ("by", ("director", False)),
        *(
            (cue, ("actors", True))
            for cue in ("starring", "stars", "featuring", "played by", "acted by")
        ),
        *((cue, ("actors", True)) for cue in ("actor", "actress", "with actor", "with actress")),
        *(
            (cue, ("actors", False))
            for cue in ("with", "ones have", "that have", "which have", "that has", "which has")
        ),
        *(
            (cue, ("writer", True))
            for cue in ("written by", "writer", "screenwriter", "script by", "screenplay by")
        ),
    ]
)
_BEHIND = Phrases(
    [
        *(
            (cue, ("director", True))
            for cue in ("directed", "directs", "directing", "as director", "as a director")
        ),
        *(
            (cue, ("actors", True))
            for cue in ("stars", "starred", "acts", "acted", "plays", "played", "acting")
        ),
        *(
            (cue, ("actors", True))
            for cue in ("was in", "appears in", "appeared in", "is starring in", "starred in")
        ),
        *((cue, ("actors", False)) for cue in ("in it", "is in it")),
        *((cue, ("director", True)) for cue in ("behind the camera", "in the directors chair")),
        *((cue, ("actors", True)) for cue in ("in front of the camera", "on screen")),
        *(
            (cue, ("actors", True))
            for cue in (
                "star in",
                "act in",
                "appear in",
                "play in",
                "plays the lead",
                "play the lead",
            )
        ),
        *((cue, ("director", True)) for cue in ("direct", "as the director")),
        *((cue, ("director", False)) for cue in ("made", "makes", "did make")),
        *(
            (cue, ("actors", True))
            for cue in ("as actor", "as an actor", "as actress", "as an actress")
        ),
        *((cue, ("writer", True)) for cue in ("wrote", "writes", "as writer", "as a writer")),
    ]
)
# Behind "but not", of the person named before: "directing but not acting".
_REFUSED = Phrases(
    [
        *(
            (cue, "actors")
            for cue in ("acting", "act", "acts", "starring", "star", "stars", "appearing", "appear")
        ),
        *((cue, "actors") for cue in ("in front of it", "in front of the camera", "on screen")),
        *(
            (cue, "director")
            for cue in (
                "behind the camera",
                "behind it",
                "directing",
                "direct",
                "directs",
                "directed",
            )
        ),
        *((cue, "writer") for cue in ("writing", "write", "writes", "wrote")),
    ]
)
_ASKED_BEHIND = Phrases(
    [
        *(
            (f"{verb} {who} in", None)
            for verb in ("is", "was", "are", "were")
            for who in ("he", "she", "they")
        ),
        *(
            (f"with {whom}", None)
            for whom in ("him", "her", "them", "him in it", "her in it", "them in it")
        ),
    ]
)
_LONGEST_CUE = 2  # words, of those before a name
_JOINING = frozenset(("and", "&"))
_SKIPPED = frozenset(("both", "has", "have", "also", "himself", "herself"))


def roles_before(words: Words, place: int) -> tuple[Role, ...]:
    """Return the parts that the words just before a name say: "starring", "directed by and
    starring"."""
    for n_words in range(_LONGEST_CUE, 0, -1):
        start = place - n_words
        found = _BEFORE.at(words, start) if start >= 0 else None
        if found is not None and found[0] == place:
            role = Role(*found[1], start, place)
            return (
                *(roles_before(words, start - 1) if words.word(start - 1) in _JOINING else ()),
                role,
            )
    return ()


def roles_behind(words: Words, place: int) -> tuple[Role, ...]:
    """Return the parts that the words just behind a name say: "directed", "both directs and stars"."""
    while words.word(place) in _SKIPPED and not words.ends(place):
        place += 1
    found = _BEHIND.at(words, place)
    if found is None or words.ends(place):
        return ()
    stop, said = found
    following = roles_behind(words, stop + 1) if words.word(stop) in _JOINING else ()
    return (Role(*said, place, stop), *following)


def refused_alone(words: Words, place: int) -> Role | None:
    """Return the part that is refused here of a person who is named elsewhere: "but not acting",
    "does not star in"."""
    found = _REFUSED.at(words, place) if words.negated[place] else None
    if found is None:
        return None
    stop = found[0] + (words.word(found[0]) == "in" and not words.ends(found[0]))
    return (
        Role(found[1], True, place, stop) if words.ends(stop) or not words.negated[stop] else None
    )


def asked_behind(words: Words, place: int) -> Role | None:
    """Return the part that is asked here of a person named before: "what else is she in?"."""
    found = _ASKED_BEHIND.at(words, place)
    if found is None or not (
        words.ends(found[0]) or words.word(found[0]) in ("please", "pls", "and", "or")
    ):
        return None
    return Role("actors", words.word(place) != "with", place, found[0])
