"""The report: three files that say the same, a page that asks no network, and values that cannot
break it."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from recsys_rag.lab.evaluate.division_protocols import PROTOCOLS
from recsys_rag.lab.evaluate.harness import run
from recsys_rag.lab.evaluate.methods import chosen, ours
from recsys_rag.lab.evaluate.report import markdown, page, summary, write
from recsys_rag.lab.evaluate.results_table import Table
from recsys_rag.settings import Settings
from recsys_rag.testing.datasets import made_up_movies

pytest.importorskip("matplotlib", reason="needs the [report] extra")
pytest.importorskip("jinja2", reason="needs the [report] extra")


@pytest.fixture(scope="module")
def table() -> Table:
    fold = PROTOCOLS["seed"].test(made_up_movies())
    return run(
        fold, chosen(ours(Settings()), ["fused", "ease", "popularity", "seed"]), baseline="ease"
    )


class Page(HTMLParser):
    """What a browser would act on."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in ("meta", "br", "link", "img"):
            self.open.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in ("src", "href", "xlink:href", "action"):
                self.links.append(str(value))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_is_whole_and_asks_nothing_of_any_network(table: Table) -> None:
    text = page(table)
    found = Page(text)
    assert found.open == []
    assert found.tags.count("svg") == 4
    assert not {"script", "link", "img", "iframe"} & set(found.tags)
    assert all(link.startswith("#") and link[1:] in found.ids for link in found.links)
    assert not re.search(r"url\((?!#)|@import", text)
    assert len(found.ids) == len(set(found.ids))


def test_the_pictures_take_the_pages_font_and_colors(table: Table) -> None:
    text = page(table)
    assert "currentColor" in text
    assert "#010203" not in text
    assert "prefers-color-scheme: dark" in text
    assert "@media print" in text


def test_the_three_files_say_the_same(table: Table, tmp_path: Path) -> None:
    write(table, tmp_path / "out")
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "report.html",
        "report.md",
        "results.json",
    ]
    assert results["passport"]["key"] == table.passport.key
    told, shown = (
        (tmp_path / "out" / "report.md").read_text(),
        (tmp_path / "out" / "report.html").read_text(),
    )
    assert shown == page(table)
    for row in results["rows"]:
        ndcg = f"{row['figures']['ndcg']['mean']:.4f}".removeprefix("0")
        assert f"| {row['method']} | {ndcg} |" in told
        assert f"<td>{row['method']}</td><td>{ndcg}</td>" in shown
    # one figure for all lists has no interval
    assert results["rows"][0]["figures"]["coverage"]["low"] is None
    assert table.passport.key in told
    assert table.passport.key in shown


def test_the_same_table_gives_the_same_page(table: Table) -> None:
    assert page(table) == page(table)


def test_the_summary_says_what_is_sure_and_what_is_not(table: Table) -> None:
    best = table.rows[0]
    sure = replace(best, difference=replace(table.rows[-1].difference, adjusted=0.01))
    assert "significant, p .010" in summary(replace(table, rows=(sure,)))
    unsure = replace(best, difference=replace(table.rows[-1].difference, adjusted=0.4))
    assert "not significant, p .400" in summary(replace(table, rows=(unsure,)))
    assert summary(replace(table, rows=(replace(best, difference=None),))).endswith("].")


def test_a_name_from_the_data_cannot_become_markup(table: Table) -> None:
    named = replace(table, passport=replace(table.passport, data="<script>alert(1)</script>"))
    assert "<script>" not in page(named)


def test_a_name_from_the_data_cannot_turn_or_control_the_text(table: Table) -> None:
    named = replace(
        table, passport=replace(table.passport, data="a\u202eb\u2066c\x1b[2Jd\u200fe\x00")
    )
    shown = page(named)
    assert "<h1>abc[2Jde, " in shown
    assert not set("\u202e\u2066\x1b\u200f\x00") & set(shown)


def test_one_method_alone_without_curve_or_bins_still_makes_a_page(table: Table) -> None:
    alone = replace(
        table,
        rows=(
            replace(
                table.rows[0], curve={}, difference=None, bins={"6-20": table.rows[0].bins["6-20"]}
            ),
        ),
        baseline=None,
        bin_sizes={"6-20": 3},
    )
    assert Page(page(alone)).tags.count("svg") == 2
    assert "## Accuracy" in markdown(alone)
