"""Place and time with the word before them that English wants. States no facts."""

import re

_ON = re.compile(
    r"(?:[\w' ]+ )?Island\b|(?:an?|the|another) (?:[\w-]+ )*"
    r"(?:island|planet|flight|train|ship|moon|seas)\b",
    re.ASCII,
)
_TIMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"\d{3,4}(?: BC)?|ancient times|prehistory", "{}"),
        (r"\d{4}s|(?:early |late )?\d{1,2}(?:st|nd|rd|th) century(?: BC)?", "the {}"),
        (r"(?:near |far )?future|(?:Middle|Stone|Ice) Ages?", "the {}"),
        (r"the (?:near |far )?future", "{}"),
    )
)


def where(place: str) -> str:
    """Return a place as it follows a verb.

    >>> where("Paris"), where("Long Island"), where("a prison planet"), where("New York to Aspen")
    ('in Paris', 'on Long Island', 'on a prison planet', 'from New York to Aspen')
    >>> where("under the sea"), where("London and Long Island")
    ('under the sea', 'in London and Long Island')
    """
    if place.startswith("under "):
        return place
    if " to " in place:
        return f"from {place}"
    return f"on {place}" if _ON.match(place) and " and " not in place else f"in {place}"


def when(time: str) -> str:
    """Return a time as it follows a verb, "" for one of another form.

    >>> when("1930s"), when("1914 to 1918"), when("1943 and 2003"), when("near future")
    ('in the 1930s', 'from 1914 to 1918', 'in 1943 and 2003', 'in the near future')
    >>> when("about 1969"), when("1899 and 802,701")
    ('around 1969', '')
    """
    if time.startswith("about "):
        return f"around {_said(time[6:])}" if _said(time[6:]) else ""
    first, to, last = time.partition(" to ")
    if to:
        return f"from {_said(first)} to {_said(last)}" if _said(first) and _said(last) else ""
    times = re.split(r", | and ", time)
    said = [_said(one) for one in times]
    if not all(said):
        return ""
    return f"in {' and '.join(filter(None, (', '.join(said[:-1]), said[-1])))}"


def _said(time: str) -> str:
    return next((said.format(time) for form, said in _TIMES if form.fullmatch(time)), "")
