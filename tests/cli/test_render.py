import io
import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from cli.hand_made import AT_ONCE, FACTS, candidate, events, item, recommendation
from recsys_rag._cli.console import paper, plain
from recsys_rag._cli.lines import Paragraph
from recsys_rag._cli.render import Page, listing
from recsys_rag.types import Finished, Query, Ranked

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def shown(made, *, width=100, terminal=False, stream=None, **options):
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=terminal,
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    Page(console, **options).show(stream or events(made))
    return out.getvalue()


def screen(written):
    """What a terminal shows after it was sent this: moves up, erased lines and colors, as far as
    rich uses them."""
    lines, row = [""], 0
    for mark in re.findall(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]|[^\x1b\r\n]+", written):
        if mark == "\n":
            row += 1
            lines += [""] * (row + 1 - len(lines))
        elif mark == "\r" or mark.endswith(("m", "h", "l")):
            continue
        elif mark == "\x1b[2K":
            lines[row] = ""
        elif mark == "\x1b[1A":
            row -= 1
        else:
            assert mark[0] != "\x1b", mark
            lines[row] += mark
    # a row below the end may have been drawn and erased
    return "\n".join(lines).rstrip("\n") + "\n"


def test_a_whole_page_piped():
    made = recommendation(
        item(1), item(2, candidate("11", "Low Tide", None, ("Drama",), None), sentences=())
    )
    assert shown(made) == (
        "For user 196, who gave 5 to Paper Moons (1990) and Night Tram (1996), 4 to Cold Harbor "
        "(1995) and\n"
        '  asked for "action movies"\n'
        "Understood: genre Action (preferred)\n\n1  The Long Chase (1993)   Action, Thriller   "
        "predicted 4.3   score 0.92\n   It is close to Paper Moons [1]. And 21 of the 25 people "
        "most like you who rated it gave it 4 or\n   5 [2].\n   [1] your 5 for Paper Moons   [2] "
        "21 of 25 people like you gave it 4 or 5\n\n2  Low Tide   Drama   score 0.92\n   [1] your "
        "5 for Paper Moons   [2] 21 of 25 people like you gave it 4 or 5\n   [3] directed by A. "
        "Nobody\n\nwritten by smollm2 (clauses) · 5 checked, 0 dropped · retrieve 1 ms · write "
        "6.1 s\n"
    )


def test_a_terminal_ends_with_the_same_words_in_color():
    made = recommendation(item(1), item(2))
    colored = shown(made, terminal=True)
    assert "\x1b[1m" in colored
    assert screen(colored) == shown(made)


@pytest.mark.parametrize("width", [30, 47, 60, 80, 100])
def test_no_line_is_wider_than_the_page_and_no_word_is_lost(width):
    made = recommendation(
        item(1), item(2, candidate(title="The Tall, the Wide and the Unreasonably Long Picture"))
    )
    narrow = shown(made, width=width)
    assert max(cell_len(line) for line in narrow.splitlines()) <= width
    assert narrow.split() == shown(made, width=1000).split()


def seen_before_each_event(made, terminal, height=200):
    out = io.StringIO()
    console = Console(
        file=out,
        width=100,
        height=height,
        force_terminal=terminal,
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    seen = []

    def watched():
        for event in events(made):
            seen.append(screen(out.getvalue()))
            yield event

    Page(console).show(watched())
    return [*seen, screen(out.getvalue())]


def test_on_a_terminal_all_cards_are_there_at_once_and_each_is_replaced_where_it_stands():
    made = recommendation(item(1), item(2), item(3))
    _, at_once, one_written, two_written, all_written, end = seen_before_each_event(
        made, terminal=True
    )
    assert [text.count(AT_ONCE) for text in (at_once, one_written, two_written, all_written)] == [
        3,
        2,
        1,
        0,
    ]
    final = "It is close to Paper Moons [1]. And 21"
    assert [text.count(final) for text in (at_once, one_written, two_written, all_written)] == [
        0,
        1,
        2,
        3,
    ]
    assert one_written.index(final) < one_written.index(AT_ONCE)
    for text in (at_once, one_written, two_written, all_written, end):
        assert [line[:2] for line in text.splitlines() if line[:1].isdigit()] == ["1 ", "2 ", "3 "]
    assert end == shown(made)


def test_on_a_low_terminal_waiting_cards_are_cut_so_that_the_card_just_written_stays_in_sight():
    made = recommendation(*(item(rank) for rank in range(1, 9)))
    _, at_once, *written, end = seen_before_each_event(made, terminal=True, height=12)
    assert at_once.splitlines()[-1].strip() == "…"
    for rank, text in enumerate(written[:6], 1):
        assert f"{rank}  The Long Chase" in "\n".join(text.splitlines()[-12:])
    assert end == shown(made)


def test_in_a_pipe_each_card_is_written_once_when_its_text_is_final():
    made = recommendation(item(1), item(2))
    _, at_once, one_written, all_written, _ = seen_before_each_event(made, terminal=False)
    assert "score" not in at_once
    assert one_written.count("score 0.92\n") == 1
    assert all_written.count("score 0.92\n") == 2
    assert AT_ONCE not in all_written


def test_what_a_terminal_shows_stays_there_when_the_stream_breaks_off():
    made = recommendation(item(1), item(2))
    out = io.StringIO()
    console = Console(
        file=out, width=100, height=50, force_terminal=True, highlight=False, soft_wrap=True
    )

    def broken():
        yield from list(events(made))[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Page(console).show(broken())
    assert out.getvalue().endswith("\x1b[?25h")  # the cursor is back
    assert screen(out.getvalue()).count("score 0.92") == 2
    assert screen(out.getvalue()).count(AT_ONCE) == 1


def test_without_explanations_a_list_in_columns():
    made = recommendation(
        item(9, candidate("9", "Ai", None, (), 2.0), (), (), ""),
        item(10, facts=(), sentences=(), written_by=""),
        seconds={"retrieve": 0.0123},
        notes=("2 instead of 3: no more items fit",),
    )
    stream = [Ranked(made), Finished(made)]
    assert shown(made, explain=False, stream=stream).split("\n\n", 1)[1] == (
        " 9  Ai                                       predicted 2.0  score 0.92\n10  The Long "
        "Chase (1993)  Action, Thriller  predicted 4.3  score 0.92\n\nNote: 2 instead of 3: no "
        "more items fit\nretrieve 12 ms\n"
    )


def test_a_column_that_is_empty_for_all_takes_no_room():
    made = recommendation(item(1, candidate(genres=(), predicted=None), (), (), ""))
    text = shown(made, explain=False, stream=[Ranked(made), Finished(made)])
    assert "1  The Long Chase (1993)  score 0.92\n" in text


@pytest.mark.parametrize(
    ("changes", "head"),
    [
        ({}, "For user 196, who gave 5 to Paper Moons (1990)"),
        ({"query": Query("196"), "liked": ()}, "For user 196\n"),
        (
            {"query": Query(words="dark comedy"), "liked": (), "understood": ()},
            'For someone who asked for "dark comedy"\n',
        ),
        (
            {
                "query": Query(words="a", profile="b", dislikes=("Big", "Up")),
                "liked": (("Low Tide", 1.0),),
            },
            'For someone who liked Low Tide, dislikes Big and Up, has a taste for "b" and asked '
            'for "a"\n',
        ),
    ],
)
def test_the_first_line_says_whom_it_is_for(changes, head):
    assert shown(recommendation(item(1), **changes)).startswith(head)


def test_only_cited_facts_are_shown_under_their_numbers():
    text = shown(recommendation(item(1, sentences=("Directed by A. Nobody [3].",))))
    assert "[3] directed by A. Nobody\n" in text
    assert "[1]" not in text


def test_facts_share_a_line_only_where_each_is_whole():
    long = replace(FACTS[1], statement="it is " + "very " * 20 + "long")
    text = shown(recommendation(item(1, facts=(FACTS[0], long))))
    assert "   [1] your 5 for Paper Moons\n   [2] it is very " in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_with_sources_every_fact_is_shown_and_where_it_was_read():
    lines = shown(recommendation(item(1)), sources=True).splitlines()
    for number, fact in enumerate(FACTS, 1):
        assert f"   [{number}] {fact.statement} ({fact.source})" in lines


@pytest.mark.parametrize(
    ("written_by", "model_id", "told"),
    [
        (["clauses", "clauses"], "smollm2", "written by smollm2 (clauses) · 5 checked"),
        (
            ["clauses", "template", "template"],
            "smollm2",
            "written by smollm2 (2 template, 1 clauses) · 5 checked",
        ),
        (["template"], "template", "written by template · 5 checked"),
    ],
)
def test_the_last_line_says_who_wrote(written_by, model_id, told):
    items = [item(rank, written_by=name) for rank, name in enumerate(written_by, 1)]
    assert shown(recommendation(*items, model_id=model_id)).splitlines()[-1].startswith(told)


def test_notes_and_times_are_told_last():
    seconds = {"open": 0.31, "retrieve": 0.001, "write": 6.13}
    text = shown(recommendation(item(1), notes=("not understood: zany",), seconds=seconds))
    assert text.endswith(
        "Note: not understood: zany\n"
        "written by smollm2 (clauses) · 5 checked, 0 dropped · open 310 ms · retrieve 1 ms · "
        "write 6.1 s\n"
    )


def test_unverified_text_of_the_seed_method_is_called_that_and_all_items_are_listed():
    bare = [item(rank, facts=(), sentences=(), written_by="") for rank in (1, 2)]
    made = recommendation(
        *bare, model_id="gpt2", unverified_text="As a fan, you might enjoy 22, 50."
    )
    text = shown(made, stream=[Ranked(made), Finished(made)])
    assert "1  The Long Chase (1993)" in text
    assert "2  The Long Chase (1993)" in text
    assert "What gpt2 wrote, unverified:\nAs a fan, you might enjoy 22, 50.\n" in text


def test_titles_cannot_steer_the_terminal_and_are_no_markup():
    evil = candidate(title="[bold]Rec[/bold] \x1b[2J\x07 \u202eX :smile:\r\nRATED")
    made = recommendation(item(1, evil), liked=(("[red]\x9b31mA", 5.0),))
    text = shown(made)
    assert "[bold]Rec[/bold] [2J X :smile: RATED (1993)" in text
    assert "gave 5 to [red] 31mA" in text
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e", "\r"}


def test_what_is_too_long_for_a_line_shares_none():
    out = io.StringIO()
    line = Paragraph(Console(file=out, width=20, highlight=False, markup=False, soft_wrap=True))
    for text in ("[1] short", "[2] a fact of some length", "[3] short"):
        line.keep(text)
    line.close()
    assert out.getvalue() == "[1] short\n[2] a fact of some\nlength\n[3] short\n"


def test_wide_letters_keep_columns_straight():
    out = io.StringIO()
    console = Console(file=out, width=100, highlight=False, markup=False, soft_wrap=True)
    listing(
        console,
        [(1, candidate(title="七人の侍", year=1954)), (2, candidate(title="Seven", year=1995))],
    )
    first, second = out.getvalue().splitlines()
    assert cell_len(first.partition("Action")[0]) == cell_len(second.partition("Action")[0])


def listed(one, width, terminal):
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        force_terminal=terminal,
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
    listing(console, [(1, one)])
    return ESCAPE.sub("", out.getvalue()).removesuffix("\n")


def test_a_list_is_cut_to_fit_a_terminal_where_it_is_widest_and_whole_in_a_pipe():
    one = candidate(title="Very " * 20 + "Long")
    assert listed(one, 80, False).endswith(
        "Very Long (1993)  Action, Thriller  predicted 4.3  score 0.92"
    )
    cut = listed(one, 80, True)
    assert cell_len(cut) == 80
    assert cut.endswith("…  Action, Thriller  predicted 4.3  score 0.92")
    assert cell_len(listed(one, 40, True)) == 40


def test_piped_output_is_100_wide_whatever_the_window(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    assert paper(io.StringIO()).width == 100


@given(st.lists(st.text(max_size=30), max_size=12), st.integers(30, 80), st.integers(0, 6))
@example(["🏻", "0"], 30, 0)  # a letter without width
def test_a_streamed_paragraph_has_all_its_words_and_fits(texts, width, indent):
    out = io.StringIO()
    console = Console(file=out, width=width, highlight=False, markup=False, soft_wrap=True)
    paragraph = Paragraph(console, first=indent, indent=indent)
    for text in texts:
        paragraph.say(text)
    paragraph.close()
    lines = out.getvalue().split("\n")
    assert out.getvalue().split() == [word for text in texts for word in plain(text).split()]
    for line in lines:
        assert cell_len(line) <= width or " " not in line.strip()


def test_a_stream_without_an_end_is_our_mistake():
    with pytest.raises(AssertionError, match="ends with Finished"):
        shown(None, stream=[Ranked(recommendation(item(1)))])
