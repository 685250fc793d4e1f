"""A table as pictures: SVG text that takes the page's font and color, so that light, dark and paper
work. Decides nothing."""

import re
from collections.abc import Callable
from io import StringIO
from typing import TYPE_CHECKING, Any, TypeAlias

from recsys_rag.lab.evaluate.results_table import METRICS, Row, Table, bin_heads

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _FAINT = "#010203", "#040506"  # replaced by the page's own colors
# Okabe and Ito's colors, told apart by all eyes, in tones that are read on white and on black
_COLORS = ("#0a84c6", "#d9631e", "#0f9d74", "#c2569b", "#b58900", "#6c71c4", "#3fa7d6", "#8a8a8a")
_MARKERS = "osD^vPX*"
_AT_MOST = 8  # lines that can be told apart in one picture


def plots(table: Table) -> dict[str, str]:
    """Return name -> SVG element: "accuracy", and for rankings "trade_off", "bins" and "curve"
    where there are any."""
    metric = METRICS[table.metric]
    drawn = {
        "accuracy": _svg(
            "accuracy", (7.2, 0.9 + 0.3 * len(table.rows)), lambda axes: _accuracy(axes, table)
        )
    }
    if table.metric == "rmse":
        return drawn
    drawn["trade_off"] = _svg("trade_off", (7.2, 4.2), lambda axes: _trade_off(axes, table))
    if len(table.bin_sizes) > 1:
        names = [head.replace(" (", "\n").rstrip(")") for head in bin_heads(table)]
        drawn["bins"] = _svg(
            "bins",
            (7.2, 4.0),
            lambda axes: _lines(axes, table, names, lambda row: row.bins, "ratings known", metric),
        )
    cuts = sorted({cut for row in table.rows for cut in row.curve})
    if cuts:
        names, which = [str(cut) for cut in cuts], table.passport.shortened
        drawn["curve"] = _svg(
            "curve",
            (7.2, 4.0),
            lambda axes: _lines(
                axes, table, names, lambda row: row.curve, f"{which} ratings of each user", metric
            ),
        )
    return drawn


def _looks(table: Table) -> dict[str, tuple[str, str]]:
    """Return a color and a marker for each method, the same in all pictures; the best have those
    that are told apart."""
    plain = [(_INK, ".")] * len(table.rows)
    looks = [*zip(_COLORS, _MARKERS, strict=True), *plain]
    return {row.method: look for row, look in zip(table.rows, looks, strict=False)}


def _accuracy(axes: "Axes", table: Table) -> None:
    """Draw the figure of each method with its interval, the best on top."""
    rows, looks = table.rows[::-1], _looks(table)
    for position, row in enumerate(rows):
        estimate = row.figures[table.metric]
        own = looks[row.method][0]
        axes.plot(
            [estimate.low, estimate.high],
            [position, position],
            color=own,
            linewidth=2,
            solid_capstyle="round",
        )
        axes.plot([estimate.mean], [position], "o", color=own, markersize=6)
    axes.set_yticks(range(len(rows)), [row.method for row in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    at = f"@{table.k}" if table.k else ""
    axes.set_xlabel(
        f"{METRICS[table.metric]}{at}, mean and 95 % interval over {table.passport.users:,} users"
    )
    axes.grid(axis="x", color=_FAINT, linewidth=0.6)


def _trade_off(axes: "Axes", table: Table) -> None:
    """Draw accuracy over coverage; the area of a point is its novelty."""
    novelties = [row.figures["novelty"].mean for row in table.rows]
    low, spread = min(novelties), (max(novelties) - min(novelties)) or 1.0
    looks = _looks(table)
    for row, novelty in zip(table.rows, novelties, strict=True):
        x, y = row.figures["coverage"].mean, row.figures["ndcg"].mean
        own = looks[row.method][0]
        axes.scatter(
            [x],
            [y],
            s=40 + 320 * (novelty - low) / spread,
            color=own,
            edgecolors=_INK,
            linewidths=0.8,
        )
    _label(
        axes,
        [
            (row.figures["coverage"].mean, row.figures["ndcg"].mean, row.method)
            for row in table.rows
        ],
    )
    axes.set_xlabel("coverage of the catalog; larger points are more novel")
    axes.set_ylabel(f"NDCG@{table.k}")
    axes.margins(0.12)
    axes.grid(color=_FAINT, linewidth=0.6)


def _label(axes: "Axes", points: list[tuple[float, float, str]]) -> None:
    """Write each name beside its point, where it covers no other point and no other name if there
    is such a place."""
    across, up_to = [x for x, _, _ in points], [y for _, y, _ in points]
    wide, high = max(across) - min(across) or 1.0, max(up_to) - min(up_to) or 1.0
    # 0 to 1 both ways
    places = [((x - min(across)) / wide, (y - min(up_to)) / high) for x, y, _ in points]
    taken: list[_Box] = [(x - 0.015, y - 0.03, x + 0.015, y + 0.03) for x, y in places]
    taken += [(-9.0, -9.0, -0.08, 9.0), (1.2, -9.0, 9.0, 9.0)]  # beyond the axes
    for (x, y), (at_x, at_y, name) in zip(places, points, strict=True):
        boxes = [(_box(x, y, len(name), *offset), offset) for offset in _OFFSETS]
        box, (right, up) = min(
            boxes, key=lambda row: sum(_overlap(row[0], other) for other in taken)
        )
        taken.append(box)
        side = "left" if right > 0 else "right" if right < 0 else "center"
        axes.annotate(
            name,
            (at_x, at_y),
            xytext=(11 * right, 15 * up),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=9,
        )


_Box: TypeAlias = tuple[float, float, float, float]  # left, low, right, high
# the first is liked best
_OFFSETS = ((1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 1), (0, -1))


def _box(x: float, y: float, letters: int, right: int, up: int) -> _Box:
    """Return about the room of a name of so many letters beside a point, in shares of the
    picture."""
    width, middle = 0.013 * letters, y + 0.065 * up
    begin = x + 0.02 if right > 0 else x - 0.02 - width if right < 0 else x - width / 2
    return begin, middle - 0.025, begin + width, middle + 0.025


def _overlap(estimate: _Box, other: _Box) -> float:
    """Return the area that two boxes share.

    >>> _overlap((0, 0, 2, 2), (1, 1, 3, 3)), _overlap((0, 0, 1, 1), (2, 0, 3, 1))
    (1, 0)
    """
    return max(0, min(estimate[2], other[2]) - max(estimate[0], other[0])) * max(
        0, min(estimate[3], other[3]) - max(estimate[1], other[1])
    )


def _lines(
    axes: "Axes",
    table: Table,
    names: list[str],
    estimates_of: Callable[[Row], dict[Any, Any]],
    x_label: str,
    metric: str,
) -> None:
    """Draw a line a method over the names, with the interval of the first one as a band."""
    shown = [row for row in table.rows if estimates_of(row)][:_AT_MOST]
    places, looks = range(len(names)), _looks(table)
    for row in shown:
        color, marker = looks[row.method]
        estimates = list(estimates_of(row).values())
        wide = 2.4 if row is shown[0] or row.method == "fused" else 1.4
        means = [estimate.mean for estimate in estimates]
        axes.plot(
            places,
            means,
            color=color,
            marker=marker,
            markersize=5,
            linewidth=wide,
            label=row.method,
        )
        if row is shown[0]:
            axes.fill_between(
                places,
                [estimate.low for estimate in estimates],
                [estimate.high for estimate in estimates],
                color=color,
                alpha=0.15,
                linewidth=0,
            )
    axes.set_xticks(places, names)
    axes.set_xlabel(x_label)
    axes.set_ylabel(f"{metric}@{table.k}")
    axes.grid(axis="y", color=_FAINT, linewidth=0.6)
    axes.legend(
        frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5), labelcolor=_INK
    )


def _svg(name: str, inches: tuple[float, float], draw: Callable[["Axes"], None]) -> str:
    """Return one drawing as an SVG element whose ids are its own, with text as text and the page's
    colors."""
    import matplotlib
    from matplotlib.figure import Figure

    look: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": name,
        "font.family": "sans-serif",
        "font.size": 10,
        "text.color": _INK,
        "axes.labelcolor": _INK,
        "axes.edgecolor": _FAINT,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
    }
    with matplotlib.rc_context(look):
        figure = Figure(figsize=inches, layout="constrained")
        figure.patch.set_alpha(0)
        axes = figure.add_subplot()
        axes.patch.set_alpha(0)
        draw(axes)
        written = StringIO()
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return _for_page(written.getvalue(), name)


def _for_page(svg: str, name: str) -> str:
    """Return the element alone, ids prefixed by the name, colors and font those of the page."""
    element = svg[svg.index("<svg") :]
    element = re.sub(r"<metadata>.*?</metadata>", "", element, flags=re.DOTALL)
    element = re.sub(r'\bid="', f'id="{name}-', element)
    element = re.sub(r'(url\(|href=")#', rf"\1#{name}-", element)
    element = element.replace(_INK, "currentColor").replace(_FAINT, "var(--faint)")
    element = re.sub(r"font: ([\d.]+)px [^;\"]*", r"font-size: \1px", element)
    element = re.sub(
        r'<svg [^>]*viewBox="([^"]*)"[^>]*>',
        rf'<svg viewBox="\1" role="img" class="{name}">',
        element,
        count=1,
    )
    return element.strip()
