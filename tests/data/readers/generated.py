"""Generated tables of ratings in many dialects, and damage: for the fuzz of the readers."""

import gzip
import json
import random
from pathlib import Path

SEPARATORS = (",", "\t", ";", "|", "::", "~")
ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32")
IDS = ("ann", "bob", "7", "12.0", " cyd ", "Zoë", 'd"e', "f,g", "h;i", "x\ty", "", "null", "[1]")
RATINGS = ("1", "5", "3.5", "4,5", "", "five", "-1", "nan", "99", "1e3", "0", "{'a': 1}")
TIMES = ("100", "1588687728923", "2019-08-01", "Aug 1, 2019", "", "soon", "13/02/2019", "-5")
GENRES = ("Drama", "Drama|War", "['Drama', 'War']", "[{'name': 'War'}]", "[{'name': 'W", "", "N/A")
TITLES = ("Heat", "M*A*S*H", "<i>Up</i>", "", "['Up']", "{'a': 1}", "Caf\u00e9 (1999)", '"Q')
YEARS = ("1999", "", "soon", "-44", "1999-08-01", "99999")


def table(rng: random.Random, folder: Path) -> tuple[Path, int]:
    """Write a table of ratings, sound or damaged; return it with its number of rows, -1 where
    damage may have changed that.
    """
    n = rng.randint(0, 30)
    sound = rng.random() < 0.5
    rows = [
        (
            rng.choice(IDS[:6] if sound else IDS),
            rng.choice(IDS[:6] if sound else IDS),
            rng.choice(RATINGS[:3] if sound else RATINGS),
            rng.choice(TIMES[:1] if sound else TIMES),
        )
        for _ in range(n)
    ]
    return _written(rng, folder, ("user", "item", "rating", "timestamp"), rows)


def items(rng: random.Random, folder: Path) -> tuple[Path, int]:
    """Write a table of items, sound or damaged; return what `table` returns."""
    rows = [
        (item, rng.choice(TITLES), rng.choice(YEARS), rng.choice(GENRES))
        for item in rng.sample(IDS, rng.randint(0, len(IDS)))
    ]
    return _written(rng, folder, ("item", "title", "year", "genres"), rows)


def _written(
    rng: random.Random, folder: Path, names: tuple[str, ...], rows: list[tuple[str, ...]]
) -> tuple[Path, int]:
    n = len(rows)
    form = rng.random()
    if form < 0.25:
        path = folder / "t.json"
        objects = [dict(zip(names, row, strict=True)) for row in rows]
        text, encoding = json.dumps(objects), "utf-8"
        if form < 0.15:
            text = "\n".join(map(json.dumps, objects))
        elif form < 0.2:
            text = "\n".join(json.dumps(row, indent=1) for row in objects)
    else:
        path = folder / "t.csv"
        separator, encoding = rng.choice(SEPARATORS), rng.choice(ENCODINGS)
        end = rng.choice(("\n", "\r\n"))
        quoting = rng.random() < 0.7

        def cell(value: str) -> str:
            if quoting and (separator in value or '"' in value or rng.random() < 0.1):
                return '"' + value.replace('"', '""') + '"'
            return value

        lines = [separator.join(names)] + [separator.join(map(cell, row)) for row in rows]
        above = rng.choice(("", "", "", "Export of a shop", "# made by hand"))
        text = end.join([above, "", *lines] if above else lines) + rng.choice(("", end))
        if not quoting and any(separator in value or '"' in value for row in rows for value in row):
            n = -1
    data = text.encode(encoding, errors="replace")
    if rng.random() < 0.15:  # bytes are lost or changed
        n = -1
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(data) + 1)
            data = data[:at] + bytes([rng.randrange(256)]) * rng.randint(0, 2) + data[at + 1 :]
    if rng.random() < 0.1:
        data = gzip.compress(data)
        if rng.random() < 0.3:
            data, n = data[: rng.randrange(len(data))], -1
    path.write_bytes(data)
    return path, n


def options(rng: random.Random) -> dict[str, object]:
    """Return options by which a table may be read."""
    chosen: dict[str, object] = {}
    if rng.random() < 0.7:
        chosen |= {"on_error": "skip", "skip_limit": rng.choice((0.01, 1.0, 1.0))}
    if rng.random() < 0.3:
        chosen["missing_rating"] = rng.choice((("",), (-1, 99), ("", "0")))
    if rng.random() < 0.2:
        chosen["repeats"] = rng.choice(("first", "mean", "highest", "refuse"))
    if rng.random() < 0.15:
        chosen |= {"rating_column": None}
    elif rng.random() < 0.3:
        chosen["scale"] = (0, 5, 0.5)
    if rng.random() < 0.2:
        chosen["timestamp_column"] = None
    return chosen
