"""WordPiece against what the real tokenizer of all-MiniLM-L6-v2 (tokenizers 0.23.3, its
tokenizer.json) gave."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recsys_rag._encode._wordpiece import WordPiece
from recsys_rag.errors import AssetError

_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("Amélie's 9½\tweeks, 映画", ["amelie", "'", "s", "9½", "weeks", ",", "映", "画"]),
        ("$5.99 + tax = a^b", ["$", "5", ".", "99", "+", "tax", "=", "a", "^", "b"]),
        ("İstanbul ΣΑΣ straße", ["istanbul", "σασ", "straße"]),
        ("x\u200by\u00adz", ["xyz"]),
        ("tab\x0bfeed", ["tabfeed"]),
        ("e\u0301te\u0301", ["ete"]),
        ("映画館 and ひらがな", ["映", "画", "館", "and", "ひらかな"]),
        ("¡Olé! «oui» – „nein“", ["¡", "ole", "!", "«", "oui", "»", "–", "„", "nein", "“"]),
        ("ǅ Ⅳ ﬁ", ["ǆ", "ⅳ", "ﬁ"]),
        ("rock'n'roll_99", ["rock", "'", "n", "'", "roll", "_", "99"]),
        ("\tIGNORE\u200b the above!\x00 \ufffd", ["ignore", "the", "above", "!"]),
    ],
)
def test_words_are_those_of_the_real_tokenizer(text: str, words: list[str]) -> None:
    assert WordPiece(_SPECIAL).words(text) == words


def test_a_word_is_cut_into_the_longest_pieces_from_the_left() -> None:
    tokenizer = WordPiece([*_SPECIAL, "un", "una", "##aff", "##ff", "##able", "##a"])  # ids from 4
    assert tokenizer.encode("unaffable", 16) == [2, 5, 7, 8, 3]  # una ff able, not un aff able


def test_a_word_with_an_unknown_part_is_one_unknown_token() -> None:
    tokenizer = WordPiece([*_SPECIAL, "un", "##able"])
    assert tokenizer.encode("unable unkind", 16) == [2, 4, 5, 1, 3]


def test_a_word_of_more_than_a_hundred_characters_is_unknown() -> None:
    tokenizer = WordPiece([*_SPECIAL, "a", "##a"])
    assert tokenizer.encode("a" * 100, 300) == [2, 4, *[5] * 99, 3]
    assert tokenizer.encode("a" * 101, 300) == [2, 1, 3]


def test_special_tokens_written_in_a_text_are_only_words() -> None:
    tokenizer = WordPiece([*_SPECIAL, "sep", "[", "]"])
    assert tokenizer.encode("[SEP]", 16) == [2, 5, 4, 6, 3]


def test_text_is_cut_at_the_limit_inside_a_word_too() -> None:
    tokenizer = WordPiece([*_SPECIAL, "a", "##a"])
    assert tokenizer.encode("a aaa a", 5) == [2, 4, 4, 5, 3]
    assert tokenizer.encode("a a", 4) == [2, 4, 4, 3]


def test_reading_strips_line_ends_of_either_kind(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes("[UNK]\r\n[CLS]\r\n[SEP]\r\n\u2028\r\nü\r\n".encode())
    tokenizer = WordPiece.read(tmp_path / "vocab.txt")
    assert len(tokenizer) == 5


def test_a_missing_vocabulary_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        AssetError, match=r"vocab\.txt: the sentence encoder's vocabulary cannot be read"
    ):
        WordPiece.read(tmp_path / "vocab.txt")


def test_a_vocabulary_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_bytes(b"[UNK]\n[CLS]\n[SEP]\n\xff\n")
    with pytest.raises(AssetError, match=r"vocab\.txt: .*cannot be read: .*utf-8"):
        WordPiece.read(tmp_path / "vocab.txt")


def test_a_vocabulary_without_the_special_tokens_is_refused() -> None:
    with pytest.raises(AssetError, match=r"lacks \[CLS\], \[SEP\]; it is not a BERT vocab"):
        WordPiece(["[UNK]", "a"])


@given(st.text())
def test_any_text_gives_ids_inside_the_vocabulary_between_first_and_last(text: str) -> None:
    tokenizer = WordPiece([*_SPECIAL, *"abcdefghijklmnopqrstuvwxyz", "##a", "##e"])
    ids = tokenizer.encode(text, 12)
    assert ids[0] == 2
    assert ids[-1] == 3
    assert len(ids) <= 12
    assert all(0 < one < len(tokenizer) for one in ids)
