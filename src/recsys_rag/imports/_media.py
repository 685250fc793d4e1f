"""What a title is, from the word an export has for it, in the languages of the sites."""

from recsys_rag.data.catalog import fold

# Medium -> parts of folded words; the first that is in the word decides.
_PARTS = {
    "other": "podcast|musi",
    "episode": "episod|folge|एपिसोड",
    "season": "season|staffel",
    "game": "videogame|game|videospiel|jeu|juego|gioco|jogo",
    "series": "serie|सीरीज|सरज|show",
    "film": "film|movie|pelicula|short|corto|curta|court metrage|फ|video|document|special",
}


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
    for medium, parts in _PARTS.items():
        if any(part in folded for part in parts.split("|")):
            return medium
    return ""
