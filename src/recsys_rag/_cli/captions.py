"""Parts of a recommendation put into words: whom it is for, who wrote it, how long it took. Pure
functions of the nouns."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recsys_rag.types import Recommendation, RecommendedItem

_SHOWN_LIKED = 5


def audience(recommendation: "Recommendation") -> str:
    """Return whom the recommendation is for and what they said: 'For user 196, who gave 5 to Fargo
    (1996) and ...'."""
    query = recommendation.query
    someone = f"user {query.user_id}" if query.user_id is not None else "someone"
    likes = f"likes {joined(query.likes)}" if query.likes else ""
    dislikes = f"dislikes {joined(query.dislikes)}" if query.dislikes else ""
    facts = [
        part
        for part in (
            _liking(recommendation.liked),
            likes,
            dislikes,
            *_said(query.profile, query.words),
        )
        if part
    ]
    if not facts:
        return f"For {someone}"
    comma = "," if query.user_id is not None else ""
    return f"For {someone}{comma} who {joined(facts)}"


def _liking(liked: Sequence[tuple[str, float]]) -> str:
    """Put what somebody liked into words, the best first, items of one rating together.

    >>> _liking([("Fargo (1996)", 5.0), ("Heat (1995)", 5.0), ("Big (1988)", 4.5)])
    'gave 5 to Fargo (1996) and Heat (1995), 4.5 to Big (1988)'
    >>> _liking([("Fargo (1996)", 1.0)])
    'liked Fargo (1996)'
    """
    shown = liked[:_SHOWN_LIKED]
    if not shown:
        return ""
    more = " ..." if len(liked) > len(shown) else ""
    if all(rating == 1.0 for _, rating in shown):  # likes without ratings
        return f"liked {joined([name for name, _ in shown])}{more}"
    by_rating: dict[float, list[str]] = defaultdict(list)
    for name, rating in shown:
        by_rating[rating].append(name)
    return (
        "gave "
        + ", ".join(f"{rating:g} to {joined(names)}" for rating, names in by_rating.items())
        + more
    )


def _said(profile: str, words: str) -> tuple[str, ...]:
    if profile and words:
        return (f'has a taste for "{profile}"', f'asked for "{words}"')
    return (f'asked for "{profile or words}"',) if profile or words else ()


def joined(parts: Sequence[str]) -> str:
    """Return parts as a list in words.

    >>> joined(["a"]), joined(["a", "b"]), joined(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)


def writing(recommendation: "Recommendation") -> tuple[str, ...]:
    """Say who wrote the explanations and how many claims were checked; nothing where nothing was
    written."""
    written = [item for item in recommendation.items if item.written_by]
    if not written:
        return ()
    by = "template" if recommendation.model_id in ("", "template") else recommendation.model_id
    how = _writers(written)
    author = "written by template" if how == "template" else f"written by {by} ({how})"
    return author, f"{recommendation.n_checked} checked, {recommendation.n_dropped} dropped"


def _writers(items: "Sequence[RecommendedItem]") -> str:
    """Name the way of writing; where there were several, each with how many items it wrote."""
    counts: dict[str, int] = defaultdict(int)
    for item in items:
        counts[item.written_by] += 1
    if len(counts) == 1:
        return next(iter(counts))
    return ", ".join(
        f"{count} {writer}"
        for writer, count in sorted(
            counts.items(), key=lambda writer_count: (-writer_count[1], writer_count[0])
        )
    )


def timing(seconds: Mapping[str, float]) -> tuple[str, ...]:
    """Return how long each stage took.

    >>> timing({"retrieve": 0.001, "write": 6.13})
    ('retrieve 1 ms', 'write 6.1 s')
    """
    return tuple(f"{stage} {duration(value)}" for stage, value in seconds.items())


def duration(seconds: float) -> str:
    """Return a time as people say it.

    >>> duration(0.0004), duration(0.0312), duration(6.123), duration(72.4)
    ('<1 ms', '31 ms', '6.1 s', '1 min 12 s')
    """
    if seconds < 0.001:
        return "<1 ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def predicted(item_predicted: float | None) -> str:
    """Return a predicted rating, "" where there is none (also nan).

    >>> predicted(4.31), predicted(None), predicted(float("nan"))
    ('predicted 4.3', '', '')
    """
    return (
        f"predicted {item_predicted:.1f}"
        if item_predicted is not None and item_predicted == item_predicted
        else ""
    )


def score(value: float) -> str:
    """Return a score, which is in standard deviations of the scores of the whole catalog.

    >>> score(2.3456), score(-0.001)
    ('score 2.35', 'score 0.00')
    """
    return f"score {round(value, 2) + 0.0:.2f}"
