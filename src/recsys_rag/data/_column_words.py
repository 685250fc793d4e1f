"""Filters by a shop's columns in a person's words, where a unit makes them plain: "under 30 euros",
"for 4 players", "up to 45 minutes", "in stock", "age 8". Reads nothing else."""

import re
from collections.abc import Mapping, Sequence

Where = dict[str, tuple[str, ...]]

# role -> names of columns, compared without case, "_", "-" and " "
_NAMES: Mapping[str, tuple[str, ...]] = {
    "price": ("price", "cost", "pricefinal", "listprice", "unitprice", "saleprice"),
    "stock": ("instock", "available", "isavailable", "availability"),
    "fewest": ("minplayers", "minimumplayers", "playersmin"),
    "most": ("maxplayers", "maximumplayers", "playersmax"),
    "minutes": ("playingtime", "playtime", "gametime", "minutes", "duration", "totaltime"),
    "age": ("minage", "minimumage", "agemin"),
    "pages": ("pages", "numpages", "pagecount", "numberofpages", "npages"),
}
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_N = rf"(\d+(?:[.,]\d+)?|{'|'.join(_WORDS)})"
_CURRENCY = r"(?:euros?|dollars?|pounds?|bucks|eur|usd|gbp|[$€£])"
_MONEY = rf"(?:[$€£] ?{_N}|{_N} ?{_CURRENCY})"
_UNIT = r"(minutes?|mins?|hours?|hrs?|h)\b"
_TIME = rf"(?:{_N} ?-?{_UNIT}|(half an hour|an hour and a half|an hour))"
_BELOW = (
    r"(?:(?:for |costing |that costs? )?(?:under|below|up to|at most|no more than|not more than|"
    r"less than|cheaper than|within|max(?:imum)?(?: of)?|not over)|<=?) ?"
)
_ABOVE = r"(?:(?:for )?(?:over|above|at least|more than|no less than)|>=?) ?"
_FROM, _TO = "(?:between |from )?", " ?(?:and|to|-|–) ?"
_PLAYERS = "(?:players|people)"
_NOT = r"(?<!not )(?<!no )(?<!n't )(?<!\w)"
# role, words, and what they ask of which roles: {0} and {1} are the numbers among the words
_RULES = (
    ("price", rf"(?:between |from )?{_MONEY} ?(?:and|to|-|–) ?{_MONEY}", "price {0}:{1}"),
    (
        "price",
        rf"(?:between |from )?[$€£]?{_N} ?(?:and|to|-|–) ?{_N} ?{_CURRENCY}",
        "price {0}:{1}",
    ),
    ("price", rf"{_BELOW}{_MONEY}", "price <={0}"),
    ("price", rf"{_ABOVE}{_MONEY}", "price >={0}"),
    ("price", rf"{_MONEY} (?:or less|at most|max)", "price <={0}"),
    ("stock", r"(?:(?:that|which) (?:is|are) )?(?:only )?in stock", "stock true"),
    ("price", rf"(?:the )?(?:price|cost)s? (?:is )?{_BELOW}{_N}", "price <={0}"),
    ("price", rf"(?:the )?(?:price|cost)s? (?:is )?{_ABOVE}{_N}", "price >={0}"),
    ("stock", r"out of stock|sold out", "stock false"),
    ("most", rf"(?:for )?{_N} ?(?:-|–|to) ?{_N} {_PLAYERS}", "fewest <={0} most >={1}"),
    ("most", rf"(?:for )?{_N} ?(?:or more|and (?:more|up)|\+) {_PLAYERS}", "most >={0}"),
    ("most", rf"(?:for )?at least {_N} {_PLAYERS}", "most >={0}"),
    ("most", rf"(?:for )?(?:the )?{_N}[ -](?:players?|people|of us)", "fewest <={0} most >={0}"),
    ("minutes", rf"{_BELOW}{_TIME}", "minutes <={0}"),
    ("minutes", rf"{_ABOVE}{_TIME}", "minutes >={0}"),
    ("minutes", rf"{_TIME} (?:or less|at most|max)", "minutes <={0}"),
    ("age", rf"(?:from |for )?ages? {_N}(?: and up| up|\+)?", "age <={0}"),
    ("age", rf"(?:for )?(?:an? )?{_N}[ -]years?[ -]olds?", "age <={0}"),
    ("pages", rf"{_BELOW}{_N} pages", "pages <={0}"),
    ("pages", rf"{_ABOVE}{_N} pages", "pages >={0}"),
)
_PATTERNS = tuple(
    (role, re.compile(rf"{_NOT}(?:{text})(?!\w)", re.IGNORECASE), asked.split())
    for role, text, asked in _RULES
)


def filters_in(words: str, columns: Sequence[str]) -> tuple[Where, str]:
    """Return what words ask of these columns of numbers and flags, as `Filters.where` takes it, and
    the words that are left.

    >>> filters_in("a game for 4 players under $30, in stock", ["price", "min_players", "max_players"])
    ({'min_players': ('<=4',), 'max_players': ('>=4',), 'price': ('<=30',)}, 'a game, in stock')
    >>> filters_in("dice, at most an hour", ["playing_time"]), filters_in("under 30 euros", ["weight"])
    (({'playing_time': ('<=60',)}, 'dice'), ({}, 'under 30 euros'))
    """  # noqa: E501
    plain = {re.sub(r"[\W_]", "", column.lower()): column for column in columns}
    column_of = {
        role: plain[name] for role, names in _NAMES.items() for name in names if name in plain
    }
    found: list[tuple[int, str, str]] = []  # where it stands, column, condition
    rest = words
    for role, pattern, asked in _PATTERNS:
        while role in column_of and (match := pattern.search(rest)):
            numbers = _numbers(match.groups())
            for of_role, condition in zip(asked[::2], asked[1::2], strict=True):
                if of_role in column_of:
                    condition = condition.format(*numbers)
                    found.append((match.start(), column_of[of_role], condition))
            # blanks keep the places of what is left
            rest = f"{rest[: match.start()]}{' ' * len(match[0])}{rest[match.end() :]}"
    where: Where = {}
    for _, column, condition in sorted(found, key=lambda one: one[0]):
        where[column] = (*where.get(column, ()), condition)
    return (where, _tidy(rest)) if where else ({}, words)


def _numbers(groups: Sequence[str | None]) -> list[str]:
    """Return the numbers among what was matched, times in minutes."""
    texts = [group.lower() for group in groups if group]
    hours = any(text.startswith("h") and text != "half an hour" for text in texts)
    times = {"half an hour": "30", "an hour": "60", "an hour and a half": "90"}
    numbers = []
    for text in texts:
        if text in times:
            numbers.append(times[text])
        elif text in _WORDS or text[0].isdigit():
            number = float(_WORDS.index(text) + 1 if text in _WORDS else text.replace(",", "."))
            numbers.append(f"{number * 60 if hours else number:g}")
    return numbers


def _tidy(text: str) -> str:
    """Return words without the blanks and signs around what was taken out.

    >>> _tidy("a game      ,   ,   with dice   and  ")
    'a game, with dice'
    """
    text = re.sub(r"\s*,(?:\s*,)*", ",", " ".join(text.split()))
    return re.sub(r"^(?:,|and\b|\s)+|(?:,|\band|\bwith|\bfor|\s)+$", "", text).strip()
