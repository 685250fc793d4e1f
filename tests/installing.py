"""Packages laid into a folder on the path, as an installer does."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from recsys_rag import registry

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Lays a package into a folder on the path, as an installer does."""
    monkeypatch.syspath_prepend(str(tmp_path))
    cached = (registry.fact_kinds, registry.retrievers, registry.writers)

    def lay(group: str, source: str, *entries: str, package: str = "acme-parts") -> None:
        module = f"stranger_{next(_NUMBERS)}"  # a module is imported once a process
        (tmp_path / f"{module}.py").write_text(source)
        about = tmp_path / f"{package.replace('-', '_')}_{group}-1.2.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.2\n")
        lines = [entry.replace("MODULE", module) for entry in entries]
        text = "\n".join([f"[recsys_rag.{group}]", *lines])
        (about / "entry_points.txt").write_text(text + "\n")
        for function in cached:
            function.cache_clear()

    yield lay
    for function in cached:
        function.cache_clear()


_NUMBERS = itertools.count()
