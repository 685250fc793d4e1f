"""What a title is, from the word an export has for it, in the languages of the sites."""

from recsys_rag.data.catalog import fold

# Parts of folded words; the first that is in the word decides.
_PARTS = (
    ("podcast", "other"),
    ("musi", "other"),
    ("episod", "episode"),
    ("folge", "episode"),
    ("एपिसोड", "episode"),
    ("season", "season"),
    ("staffel", "season"),
    ("videogame", "game"),
    ("game", "game"),
    ("videospiel", "game"),
    ("jeu", "game"),
    ("juego", "game"),
    ("gioco", "game"),
    ("jogo", "game"),
    ("serie", "series"),
    ("सीरीज", "series"),
    ("सरज", "series"),
    ("show", "series"),
    ("film", "film"),
    ("movie", "film"),
    ("pelicula", "film"),
    ("short", "film"),
    ("corto", "film"),
    ("curta", "film"),
    ("court metrage", "film"),
    ("फ", "film"),
    ("video", "film"),
    ("document", "film"),
    ("special", "film"),
)


def medium_of(word: str) -> str:
    """Return "film", "series", "season", "episode", "game" or "other" for the word of an export;
    "" for a word that is none of these.

    >>> medium_of("TV Episode"), medium_of("tvMiniSeries"), medium_of("Fernsehserie")
    ('episode', 'series', 'series')
    >>> medium_of("Película de TV"), medium_of("Feature Film"), medium_of("Épisode de série")
    ('film', 'film', 'episode')
    """
    folded = fold(word)
    if folded in ("tv", "ova", "ona"):
        return "series"
    return next((medium for part, medium in _PARTS if part in folded), "")
