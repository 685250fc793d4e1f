"""How MovieLens writes titles, and what they say: title, year, other names. Knows no file and no
catalog."""

import re
from dataclasses import dataclass

_ARTICLES = (
    "The", "A", "An", "Le", "La", "Les", "L'", "Un", "Une", "Il", "Lo", "Gli", "I", "El", "Los",
    "Las", "Der", "Die", "Das", "Ein", "Eine", "O", "Os", "Het", "Een", "Det", "Den", "En", "Ett",
    "Da",
)  # fmt: skip
_ARTICLE_BEHIND = re.compile(r"^(?P<rest>.+), (?P<article>" + "|".join(_ARTICLES) + r")$")
_RELEASE_MARK = re.compile(r"\s*\((?:V|TV|VG)\)$")  # video, television, video game
_YEAR = re.compile(r"\s*\((?P<year>(?:18|19|20)\d\d)(?:\s*[-–—]\s*(?:\d{4})?\s*)?\)$")
_OTHER_NAME = re.compile(r"^(?P<rest>.*\S)\s+\((?P<name>[^()]*(?:\([^()]*\)[^()]*)*)\)$")
_ALSO_KNOWN_AS = re.compile(r"^a\.?k\.?a\.?\s+", re.IGNORECASE)
_ROMAN_NUMBER = re.compile(r"^[IVX]+$")  # "(II)" tells films of one name apart; it is no name


@dataclass(frozen=True, slots=True)
class ParsedTitle:
    """What a title of the catalog says: `title` without year and other names; `year` 0 where it has
    none."""

    title: str
    year: int = 0
    aliases: tuple[str, ...] = ()


def parse_title(raw: str) -> ParsedTitle:
    """Read a title as MovieLens writes it: article behind, other names and year in brackets, "(V)"
    for video.

    >>> parse_title("City of Lost Children, The (Cité des enfants perdus, La) (1995)")
    ParsedTitle(title='The City of Lost Children', year=1995, aliases=('La Cité des enfants perdus',))
    >>> parse_title("Land Before Time III: The Time of the Great Giving (1995) (V)")
    ParsedTitle(title='Land Before Time III: The Time of the Great Giving', year=1995, aliases=())
    >>> parse_title("unknown")
    ParsedTitle(title='unknown', year=0, aliases=())
    """  # noqa: E501
    text = _RELEASE_MARK.sub("", " ".join(raw.split()))
    year = _YEAR.search(text)
    if year and year.start() > 0:
        text = text[: year.start()]
    aliases: list[str] = []
    text = _RELEASE_MARK.sub("", text)
    while other := _OTHER_NAME.match(text):
        text = other["rest"]
        aliases.insert(0, article_first(_ALSO_KNOWN_AS.sub("", other["name"].strip())))
    title = article_first(text)
    return ParsedTitle(
        title,
        int(year["year"]) if year and year.start() > 0 else 0,
        tuple(dict.fromkeys(name for name in aliases if _is_name(name) and name != title)),
    )


def article_first(title: str) -> str:
    """Bring the article of a title to the front.

    >>> article_first("Godfather, The"), article_first("Enfer, L'"), article_first("I, Worst of All")
    ('The Godfather', "L'Enfer", 'I, Worst of All')
    """  # noqa: E501
    behind = _ARTICLE_BEHIND.match(title)
    if not behind:
        return title
    space = "" if behind["article"].endswith("'") else " "
    return f"{behind['article']}{space}{behind['rest']}"


def _is_name(text: str) -> bool:
    return any(character.isalpha() for character in text) and not _ROMAN_NUMBER.match(text)
