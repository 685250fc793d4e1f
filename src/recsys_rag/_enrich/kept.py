"""Answers of services, kept: a line of JSON each, so that a run that ends early goes on where it
ended. Asks nobody."""

from pathlib import Path
from typing import TextIO

import msgspec

from recsys_rag._enrich.services import Answer


class _Line(msgspec.Struct):
    key: str
    facts: dict[str, list[str]]
    record: str = ""
    doubtful: bool = False


class Kept:
    """The answers of one service in one file. A line that is damaged is asked for again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._answers: dict[str, Answer] = {}
        self._file: TextIO | None = None
        for line in path.read_bytes().splitlines() if path.is_file() else ():
            try:
                read = msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError:
                continue
            self._answers[read.key] = Answer(read.facts, read.record, read.doubtful)

    def get(self, key: str) -> Answer | None:
        """Return the answer under a key, None where there is none yet."""
        return self._answers.get(key)

    def add(self, key: str, answer: Answer) -> None:
        """Keep an answer, on disk at once. Raises OSError."""
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            is_cut = self._path.is_file() and not self._path.read_bytes().endswith(b"\n")
            self._file = self._path.open("a", encoding="utf-8")
            if is_cut:
                self._file.write("\n")
        line = _Line(key, answer.facts, answer.record, answer.doubtful)
        self._file.write(msgspec.json.encode(line).decode() + "\n")
        self._file.flush()
        self._answers[key] = answer

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
