"""A leaning, counted again over history and catalog."""

from collections.abc import Mapping, Sequence

from recsys_rag.data.query_rows import QueryRows


def recounted(rows: QueryRows, has_trait: Sequence[bool]) -> Mapping[str, object]:
    """Return the share of a trait (whether each item has it) among the liked items and all."""
    n_liked = sum(has_trait[item] for item in rows.liked)
    return {
        "n_liked": n_liked,
        "n_history": len(rows.liked),
        "share_percent": 100.0 * n_liked / max(len(rows.liked), 1),
        "catalog_percent": 100.0 * sum(has_trait) / len(has_trait),
        "feedback": rows.feedback,
    }
