import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag._cli.console import Progress, paper, plain
from waiting import wait_until


class Terminal(io.StringIO):
    def isatty(self):
        return True


@given(st.text())
def test_plain_text_has_no_letter_that_steers_a_terminal_and_is_plain_again(text):
    made = plain(text)
    assert not any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in made)
    assert plain(made) == made
    made.encode("utf-8")


@pytest.mark.parametrize(
    "letters", ["Amélie", "七人の侍", "Léon: The Professional", "M*A*S*H", "naïve – “quoted” ½"]
)
def test_plain_text_stays_as_it_is(letters):
    assert plain(letters) == letters


def test_paper_is_made_for_the_stream_that_is_named():
    out = io.StringIO()
    paper(out).print("a line")
    assert out.getvalue() == "a line\n"


def test_progress_is_silent_when_piped():
    out = io.StringIO()
    bars = Progress(out)
    bars.counting("fitting {}")("ease", 0, 3)
    bars.size("ml-100k", 10, 100)
    bars.close()
    assert out.getvalue() == ""


def test_progress_shows_stages_and_sizes_on_a_terminal_and_is_gone_after(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    bars = Progress(out)
    bars.size("ml-100k", 1_500_000, 4_900_000)
    fitting = bars.counting("fitting {}")
    fitting("ease", 1, 3)
    fitting("bm25", 2, 3)
    wait_until(lambda: "2 of 3" in out.getvalue())  # bars are drawn ten times a second
    bars.close()
    text = out.getvalue()
    assert "ml-100k" in text
    assert "1.5 of 4.9 MB" in text
    assert "fitting bm25" in text
    assert "2 of 3" in text
    assert text.endswith("\x1b[2K")  # the last thing done is to erase the line


def test_what_has_no_known_end_spins_until_it_is_closed(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    out = Terminal()
    bars = Progress(out)
    bars.spin("opening")
    wait_until(lambda: "opening" in out.getvalue())
    bars.close()
    assert out.getvalue().endswith("\x1b[2K")
    bars.counting("fitting {}")("ease", 1, 3)  # gets bars of its own
    wait_until(lambda: "fitting ease" in out.getvalue())
    bars.close()


def test_what_is_counted_apart_has_a_bar_each_and_nothing_counts_beyond_its_total(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    shown: list[tuple[object, ...]] = []

    class Bars(Progress):
        def show(self, *bar: object) -> None:
            shown.append(bar)

    bars = Bars(Terminal())
    bars.counting("{}", "{done:,} of {total:,} lists", apart=True)("ease", 1500, 3000)
    bars.counting("tuning {}", "{done} of {total} trials")("als", 41, 40)
    assert shown == [
        ("ease", "ease", 1500, 3000, "1,500 of 3,000 lists"),
        ("tuning {}", "tuning als", 40, 40, "40 of 40 trials"),
    ]
