"""Data sets and model files from elsewhere: which there are, which are here, and downloading one.
See
`registry`."""

from recsys_rag._assets.registry import available as available
from recsys_rag._assets.registry import by_name as by_name
from recsys_rag._assets.registry import cache_dir as cache_dir
from recsys_rag._assets.registry import fetch as fetch
from recsys_rag._assets.registry import file_of as file_of
from recsys_rag._assets.registry import registered as registered

__all__ = ["available", "by_name", "cache_dir", "fetch", "file_of", "registered"]
