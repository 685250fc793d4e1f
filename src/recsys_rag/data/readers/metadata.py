"""An optional file with more about items (people, plot, keywords, ...) -> a richer Catalog. CSV, Parquet, JSON, JSONL."""

from pathlib import Path

from recsys_rag.data.catalog import Catalog


def enrich(catalog: Catalog, path: str | Path) -> tuple[Catalog, int]:
    """Filled in by the next commit."""
    raise NotImplementedError
