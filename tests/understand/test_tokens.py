"""A text as words: what a word is, where parts end, which phrases are found, what was claimed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag.understand._tokens import MAX_WORDS, Phrases, Words, expanded, word_set


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hitchcock's thrillers", ["hitchcocks", "thrillers"]),
        ("Amélie & Délicatessen", ["amelie", "and", "delicatessen"]),
        ("w/ Hanks, w/o Ryan", ["with", "hanks", "without", "ryan"]),
        ("1990+ or 2h+", ["1990", "plus", "or", "2h", "plus"]),
        ("drama+comedy", ["drama", "comedy"]),
        ("from '94, the '80s", ["from", "'94", "the", "80s"]),
        (">=1990 and < 2000", ["min", "1990", "and", "below", "2000"]),
        ("I <3 noir", ["i", "below", "3", "noir"]),
        ("1.5 hours", ["1", "5", "hours"]),
        ("", []),
        ("?! ...", []),
    ],
)
def test_a_text_is_cut_into_words_as_they_are_compared(text: str, expected: list[str]) -> None:
    assert [token.word for token in Words(text).tokens] == expected


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("drama, not horror", [False, True, False]),
        ("slow-burn drama", [False, False, False]),
        ("slow - burn", [False, True]),
        ("Dr. Pell", [False, True]),
        ("1.5 hours", [False, False, False]),
        ("one\ntwo", [False, True]),
        ("a 'quoted' word", [False, False, False]),
        ("(in brackets)", [True, False]),
        ("drama/comedy", [False, True]),
    ],
)
def test_punctuation_begins_a_part_and_hyphens_and_quotes_do_not(
    text: str, begins: list[bool]
) -> None:
    words = Words(text)
    assert [token.begins_part for token in words.tokens] == begins
    assert [words.ends(position) for position in range(len(words))] == begins
    assert words.ends(len(words))


def test_words_are_read_up_to_the_limit() -> None:
    words = Words("drama " * (MAX_WORDS + 5))
    assert len(words) == MAX_WORDS
    assert words.word(MAX_WORDS) == words.word(-1) == ""


def test_a_part_starts_behind_the_last_punctuation() -> None:
    words = Words("a quiet drama, a loud comedy")
    assert [words.part_start(position) for position in (1, 3, 4, 6)] == [0, 0, 3, 3]


def test_spans_and_texts_are_those_of_the_words() -> None:
    words = Words("A slow-burn,  quiet film")
    assert words.span(1, 3) == (2, 11)
    assert words.raw(1, 4) == "slow-burn,  quiet"
    assert words.raw(2, 2) == ""
    assert words.written(1, 4) == "slow-burn quiet"
    assert words.between(3, 3) == ",  "


def test_claimed_words_are_not_free() -> None:
    words = Words("one two three")
    words.claim(1, 2)
    assert words.claimed == [False, True, False]
    assert words.is_free(0, 1)
    assert not words.is_free(0, 2)
    assert words.is_free(2, 3)


def test_a_pattern_sees_single_spaces_marks_of_parts_and_no_claimed_word() -> None:
    words = Words("mid-90s,  90 - 120 minutes")
    assert [match[0] for *_, match in words.matches(r"mid - 90s")] == ["mid - 90s"]
    ((start, stop, _),) = words.matches(r"\b90 , 120 minutes")
    assert [token.word for token in words.tokens[start:stop]] == ["90", "120", "minutes"]
    words.claim(start, start + 1)
    assert list(words.matches(r"\b90 , 120")) == []
    assert [match[0] for *_, match in words.matches(r"__ , 120")] == ["__ , 120"]


def test_the_longest_phrase_of_free_words_in_one_part_is_found() -> None:
    phrases = Phrases([("sci fi", "genre"), ("sci", "science"), ("fi film", "other")])
    assert phrases.at(Words("sci-fi film"), 0) == (2, "genre")
    assert phrases.at(Words("sci, fi"), 0) == (1, "science")  # two parts
    assert phrases.at(Words("sci"), 0) == (1, "science")  # the text ends
    assert phrases.at(Words("a sci-fi"), 0) is None
    words = Words("sci-fi film")
    words.claim(1, 2)
    assert phrases.at(words, 0) == (1, "science")
    words.claim(0, 1)
    assert phrases.at(words, 0) is None


def test_phrases_are_claimed_left_to_right_without_overlap() -> None:
    words = Words("new york new york city")
    phrases = Phrases([("new york", 1), ("york new", 2), ("york city", 3)])
    assert list(phrases.claim_all(words)) == [(0, 2, 1), (2, 4, 1)]
    assert words.claimed == [True, True, True, True, False]


def test_a_phrase_may_begin_where_another_stops() -> None:
    assert list(Phrases([("a b", 1)]).claim_all(Words("a b a b"))) == [(0, 2, 1), (2, 4, 1)]


@pytest.mark.parametrize(
    ("pattern", "phrases"),
    [
        ("well known", ["well known"]),
        ("famous, well known", ["famous", "well known"]),
        ("(a|the|) film", ["a film", "the film", "film"]),
        ("(no|not) (very|) good", ["no very good", "no good", "not very good", "not good"]),
    ],
)
def test_a_pattern_stands_for_each_choice_of_its_alternatives(
    pattern: str, phrases: list[str]
) -> None:
    assert expanded(pattern) == phrases
    assert all(Phrases.table({pattern: 7}).at(Words(phrase), 0) for phrase in phrases)


def test_a_set_of_words_holds_each_of_them() -> None:
    assert word_set("a b\n a") == {"a", "b"}


@given(st.text(max_size=120))
def test_tokens_are_slices_of_the_text_in_order(text: str) -> None:
    words, end = Words(text), 0
    for position, token in enumerate(words.tokens):
        assert token.raw == text[token.start : token.stop]
        assert token.gap == text[end : token.start]
        assert words.span(position, position + 1) == (token.start, token.stop)
        end = token.stop
