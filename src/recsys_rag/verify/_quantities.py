"""What a quantity says: "most", "two in three", "about 70 %", "all but two", held against numbers.

How near is near is stated here, once: a reader who hears the words would not be surprised.
"""

import re

from recsys_rag.verify._tokens import number_at

_ABOUT = "about|around|roughly|approximately|some|more or less"
_BELOW = "nearly|almost|just under|close to|not quite|a little under|slightly under|just short of"
_BARELY_ABOVE = (
    "just over|slightly more than|a little more than|a little over|slightly over|barely over|"
    "a bit over|a shade over|just above|a bit more than|just more than"
)
_ABOVE = "more than|over|upwards of|above|well over"
_UNDER = "less than|under|fewer than|below"
_HOURS = re.compile(
    r"(?:(?P<how>[a-z ]+?) )?(?P<hours>[0-9]+)(?P<half> and a half)? hours?"
    r"(?P<tail> and a half)?(?:(?: and)? (?P<minutes>[0-9]+) minutes?)?"
)
_PARTS = {"half": 2, "halve": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6}
_PARTS |= {"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_TOPS = dict(one=1, two=2, three=3, four=4, five=5, six=6, seven=7, eight=8, nine=9)
_TOPS |= {str(n): n for n in range(1, 10)}
_TOP = f"a|{'|'.join(_TOPS)}"
_FRACTION = re.compile(
    rf"(?:(?P<how>(?!(?:{_TOP}) )[a-z ]+?) )?(?:(?P<top>{_TOP}) )?(?P<part>{'|'.join(_PARTS)})s?"
)
_PERCENT = re.compile(r"(?:(?P<how>[a-z ]+?) )?(?P<n>[0-9]+) %")
_OF = re.compile(
    r"(?:(?P<how>[a-z ]+?) )?(?P<n>[0-9]+) "
    r"(?:of|out of|in|from|(?:times|cases) out of|(?:times|cases?|chances?) in|of every|in every) "
    r"(?:the )?(?P<m>[0-9]+)"
)
_ROUND_PERCENT = 5  # what is "about", "nearly" or "more than" is a multiple of this
_NEAR = 0.025  # of all: "about two thirds" is 64 to 69 %
_NEAR_HALF = 0.05  # "about half" is 45 to 55 %
_FRACTION_NEAR = 0.01  # "a third" is 32.4 to 34.3 %
_PLAIN = 0.025  # "seven in ten" is 68 to 72 %
_FAR = 0.10  # "more than two thirds" is at most 76 %
_LONGER = 10  # minutes: "a good two hours"
_NEAR_HOURS, _FAR_HOURS = 0.06, 0.25  # of the length
_MOST = 2 / 3  # a bare majority is no "most" to a reader


def is_share(text: str, n: int, m: int) -> bool:
    """Say whether the words are true of n out of m.

    >>> [is_share(text, 17, 25) for text in ("17", "68 %", "most", "about 70 %", "two thirds")]
    [True, True, True, True, False]
    >>> [is_share(text, 17, 25) for text in ("about two thirds", "all but 8", "more than half")]
    [True, True, True]
    >>> [is_share(text, 17, 25) for text in ("18", "about 68 %", "almost all", "17 in 26")]
    [False, False, False, False]
    """
    if m < 1:
        return False
    text, share = " ".join(in_digits(text)), n / m
    text = "1" if text == "one" else text
    if text.isdigit():
        return int(text) == n
    if text in (
        "all",
        "every one",
        "each",
        "every",
        "everyone",
        "everybody",
        "every single one",
        "each and every one",
    ):
        return n == m
    if text == "both":
        return n == m == 2
    if text == "half":
        return 2 * n == m
    if text in ("most", "the majority", "a majority", "the bulk"):
        return share >= _MOST
    if text in (
        "nearly everyone",
        "almost everyone",
        "nearly everybody",
        "nearly all",
        "almost all",
        "virtually all",
        "all but a few",
        "the vast majority",
    ):
        return 0.9 <= share < 1
    if text.startswith("all but "):
        left = text.removeprefix("all but ").replace("one", "1")
        return left == str(m - n) and n < m
    if said := _OF.fullmatch(text):
        top, of = int(said["n"]), int(said["m"])
        if (top, of) == (n, m):
            return said["how"] in (None, "exactly")
        if not 0 < top < of or (of > 10 and of != 20):
            return False
        if not said["how"]:
            return abs(top / of - share) < min(_PLAIN, 0.25 / of)
        return _is_so(said["how"], top / of, share)
    if said := _PERCENT.fullmatch(text):
        percent = int(said["n"])
        if not said["how"]:
            return percent == round(100 * share)
        return percent % _ROUND_PERCENT == 0 and _is_so(said["how"], percent / 100, share)
    if said := _FRACTION.fullmatch(text):
        fraction = _TOPS.get(said["top"] or "", 1) / _PARTS[said["part"]]
        if not 0 < fraction < 1 or (said["top"] is None and said["part"] != "half"):
            return False
        if not said["how"]:
            return abs(share - fraction) < _FRACTION_NEAR
        if fraction == 0.5 and re.fullmatch("more than|over|well over", said["how"]):
            return share > 0.5
        if fraction == 0.5 and re.fullmatch(_UNDER, said["how"]):
            return share < 0.5
        return _is_so(said["how"], fraction, share)
    return False


def is_times(text: str, share: float, other: float) -> bool:
    """Say whether one share is so many times the other: "twice", "about three times".

    >>> [is_times(text, 0.45, 0.15) for text in ("three times", "twice", "more than twice")]
    [True, False, True]
    """
    if other <= 0:
        return False
    *how, number = " ".join(in_digits(text)).replace(" times", "").replace("twice", "2").split()
    times, ratio = float({"double": "2", "triple": "3"}.get(number, number)), share / other
    if not how or re.fullmatch(_ABOUT, " ".join(how)):
        return abs(ratio - times) <= 0.1 * times
    return _is_so(" ".join(how), times, ratio, near=0.1 * times, far=times)


def is_count(text: str, n: int) -> bool:
    """Say whether the words are true of a count: exact, or near a round number.

    >>> [is_count(text, 583) for text in ("583", "about 580", "nearly 600", "more than 500")]
    [True, True, True, True]
    >>> [is_count(text, 583) for text in ("about 583", "more than 583", "over 400", "about 500")]
    [False, False, False, False]
    """
    *how, number = in_digits(text)
    if not number.isdigit():
        return False
    said = int(number)
    if not how:
        return said == n
    if said < 10 or said % (10 if said < 1000 else 100) or said == n:
        return False
    return _is_so(" ".join(how), 1.0, n / said, near=0.05, far=0.25)


def is_duration(text: str, minutes: int) -> bool:
    """Say whether the words are true of a length: minutes, or hours to the quarter.

    >>> [is_duration(text, 150) for text in ("150 minutes", "two and a half hours", "2 hours")]
    [True, True, False]
    >>> [is_duration(text, 175) for text in ("just under three hours", "over two and a half hours")]
    [True, True]
    """
    if found := re.fullmatch("([0-9]+) minutes?", " ".join(in_digits(text))):
        return int(found[1]) == minutes
    found = _HOURS.fullmatch(" ".join(in_digits(text.replace("an hour", "one hour"))))
    if not found:
        return False
    said = 60 * int(found["hours"]) + (30 if found["half"] or found["tail"] else 0)
    said += int(found["minutes"] or 0)
    how = found["how"]
    if not how or how == "exactly":
        return said == minutes
    if how == "a good":
        return 0 <= minutes - said <= _LONGER
    return _is_so(how, 1.0, minutes / said, near=_NEAR_HOURS, far=_FAR_HOURS)


def _is_so(how: str, said: float, true: float, near: float = _NEAR, far: float = _FAR) -> bool:
    if abs(said - true) < 1e-9:  # "about" what it is exactly would be taken for something else
        return how == "exactly"
    if said == 0.5:
        near = max(near, _NEAR_HALF)
    for words, low, high in (
        (_ABOUT, -near, near),
        (_BELOW, -1.2 * near, 0.0),
        (_BARELY_ABOVE, 0.0, near),
        (_ABOVE, 0.0, far),
        (_UNDER, -far, 0.0),
    ):
        if re.fullmatch(words, how):
            return low <= true - said <= high
    return False


def in_digits(text: str) -> list[str]:
    """Return the words with numbers in digits, but for those of fractions."""
    words, place = tuple(text.split()), 0
    written: list[str] = []
    while place < len(words):
        found = number_at(words, place)
        following = words[found[0]] if found and found[0] < len(words) else ""
        if found and following.rstrip("s") not in _PARTS and words[place : place + 2] != ("one",):
            is_one = words[place] == "one" and place and words[place - 1] in ("every", "single")
            if not is_one:
                written.append(found[1])
                place = found[0]
                continue
        written.append(words[place])
        place += 1
    return written
