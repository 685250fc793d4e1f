"""Words that carry no wish of their own, and the text that remains for retrieval when all else is
understood."""

from recsys_rag.understand.tokens import Phrases, Words


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILM_NOUNS = _words(
    "movie movies film films flick flicks picture pictures one ones stuff release releases"
)
# Dropped wherever they stand: how people ask, not what they ask for.
_ASKING = _words(
    """movie movies film films flick flicks picture pictures cinema something anything everything stuff things thing ones
    please pls thanks thank recommend recommendation recommendations suggest suggestion suggestions want wants wanna
    wanted need needs looking watch watching see seeing seen find give show me us im ive id like likes liked prefer
    preferably ideally maybe perhaps tonight today good great best nice decent some any kind kinds sort sorts type
    types genre genres style similar fan fans mood hi hello hey would could should can already another directed
    director starring featuring actor actress written released decade decades era whats next made thats theres lets
    favorite favorites favourite favourites hiya greetings cheers thx ty ta plz lol haha sth smth sumthing sum gimme
    lemme u ur kindly grateful appreciate obviously honestly actually basically definitely absolutely literally
    certainly instead again better lovely awful awesome amazing superb fabulous terrific fantastic excellent enjoyable
    worth weve youve theyve gonna gotta couple handful bunch surely hopefully possibly probably apparently seriously
    frankly personally truly simply clearly normally usually generally currently desperately always"""
)
# Dropped at the ends of what remains: they only join.
_JOINING = _words(
    """a an the and or nor but if of in on at to for from with by as about into than then so such that which who whom
    whose this these those there here it its is are was were be been being am do does did have has had must may might
    shall got get other others else together i we you they he she him her them my your our their his not no very really
    quite rather too also just only even more most less least lot lots bit little few many much when where what how why
    all both either made set since during before after until between around year years will would came come comes out
    us sure yet yesterday tomorrow help ca someone somebody anyone anybody everyone everybody know knows think thinks
    thinking say says tell tells go goes going"""
)
# Behind examples: "Alien, Heat, that sort of thing".
AND_SUCH = tuple(
    f"that {one} of {other}"
    for one in ("kind", "sort", "type")
    for other in ("thing", "stuff", "film", "movie")
)
_DEGREES = frozenset(("too", "so", "as", "very", "overly"))
_ASKING_PHRASES = Phrases(
    (one, None)
    for one in (
        *(
            "i love",
            "love some",
            "love good",
            "i loved",
            "we love",
            "we loved",
            "id love",
            "would love",
            "i enjoy",
            "i enjoyed",
            "we enjoy",
            "love a",
            "youll love",
            "you will love",
            "ill love",
            "youll like",
        ),
        *(
            "i am in the mood for",
            "in the mood for",
            "feel like",
            "feels like",
            "how about",
            "what about",
            "of all time",
        ),
        *(
            "to watch",
            "to see",
            "as a fan of",
            "as fans of",
            "a fan of",
            "big fan of",
            "fan of",
            "fans of",
        ),
        *(
            "ever made",
            "of all times",
            "a mix of",
            "mix of",
            "a blend of",
            "a mixture of",
            "movie night",
            "i fancy",
            "we fancy",
            "fancy a",
            "fancy some",
        ),
        *(
            "this weekend",
            "at the weekend",
            "for the weekend",
            "this evening",
            "if possible",
            "where possible",
        ),
        *("surprise me", "surprise us", *AND_SUCH),
        *(
            f"{hello} {you}"
            for hello in ("evening", "morning", "hi", "hello", "hey")
            for you in ("all", "everyone", "folks")
        ),
        *(
            "loved it",
            "liked it",
            "enjoyed it",
            "hated it",
            "would do nicely",
            "would do",
            "double bill",
            "quick question",
        ),
        *("happy new year", "merry christmas", "happy birthday"),
        *("before bed", "before bedtime", "keep it"),
        *(
            "for a while",
            "for now",
            "for once",
            "for a change",
            "worth recommending",
            "worth seeing",
            "worth watching",
        ),
        *(
            "good evening",
            "good morning",
            "good afternoon",
            "date night",
            "hear me out",
            "this time",
            "cup of tea",
        ),
        *(
            "this time round",
            "this time around",
            "along those lines",
            "in that spirit",
            "in that vein",
            "soft spot for",
        ),
        *(
            "will do",
            "as long as",
            "so long as",
            "if you can",
            "if you could",
            "make it",
            "i was born",
            "was born",
        ),
        *(
            f"would be {one}"
            for one in ("great", "lovely", "nice", "good", "perfect", "ideal", "wonderful")
        ),
        *(
            f"for {who} who"
            for who in ("people", "someone", "somebody", "those", "anyone", "anybody", "folks")
        ),
        *(
            f"{one} the two"
            for one in ("mixes", "combines", "blends", "joins", "mixing", "combining", "blending")
        ),
        *(
            "stories about",
            "story about",
            "crush on",
            "sit through",
            "old enough to remember",
            "looking 4",
            "4 me",
            "4 us",
            "4 my",
            "wed love",
            "wed like",
        ),
    )
)


def is_filler(word: str) -> bool:
    """Say whether a folded word carries no wish of its own.

    >>> is_filler("movies"), is_filler("the"), is_filler("submarine")
    (True, True, False)
    """
    return not word or word in _ASKING or word in _JOINING


def claim_asking(words: Words) -> None:
    """Claim phrases that only say that something is asked for: "I love", "in the mood for"."""
    for _ in _ASKING_PHRASES.claim_all(words):
        pass


def remaining_text(words: Words) -> str:
    """Return what nobody has claimed and is wanted, for text retrieval: without fillers, joining
    words only inside.

    >>> remaining_text(Words("Please show me movies about a heist gone wrong in Rome"))
    'heist gone wrong in Rome'
    """
    return " ".join(_written(words, start, stop) for start, stop in _runs(words, negated=False))


def unwanted_text(words: Words) -> list[str]:
    """Return what is not wanted and nobody has claimed, one text a run of words, with its degree:
    "too long"."""
    texts = []
    for start, stop in _runs(words, negated=True):
        has_degree = start > 0 and words.negated[start - 1] and words.word(start - 1) in _DEGREES
        texts.append(_written(words, start - has_degree, stop))
    return texts


def has_unwanted_text(words: Words, start: int, stop: int) -> bool:
    """Say whether between these places something is not wanted that nobody has claimed."""
    return any(
        start < other_stop and other_start < stop
        for other_start, other_stop in _runs(words, negated=True)
    )


def _runs(words: Words, *, negated: bool) -> list[tuple[int, int]]:
    """Return (start, stop) of the runs of words that remain, trimmed of joining words."""
    runs = []
    start = 0
    while start < len(words):
        stop = start
        while (
            stop < len(words)
            and _remains(words, stop, negated)
            and not (stop > start and words.ends(stop))
        ):
            stop += 1
        trimmed = _trimmed(words, start, stop)
        if trimmed:
            runs.append(trimmed)
        start = max(stop, start + 1)
    return runs


def _remains(words: Words, place: int, negated: bool) -> bool:
    if words.kept[place]:
        return not negated
    if words.claimed[place] or words.negated[place] != negated:
        return False
    return words.word(place) not in _ASKING or _is_in_compound(words, place)


def _is_in_compound(words: Words, place: int) -> bool:
    """Say whether a word is one with a meaning by a hyphen: "good" in "feel-good", not in "good
    sci-fi" or "must-see"."""
    before = place > 0 and words.tokens[place].gap == "-" and not words.claimed[place - 1]
    after = (
        place + 1 < len(words)
        and words.tokens[place + 1].gap == "-"
        and not words.claimed[place + 1]
    )
    return (before and not is_filler(words.word(place - 1))) or (
        after and not is_filler(words.word(place + 1))
    )


def _trimmed(words: Words, start: int, stop: int) -> tuple[int, int] | None:
    while start < stop and _is_loose(words, start):
        start += 1
    while start < stop and (_is_loose(words, stop - 1) or _is_pronoun(words, stop - 1)):
        stop -= 1
    return (start, stop) if start < stop else None


def _is_loose(words: Words, place: int) -> bool:
    word = words.word(place)
    return not words.kept[place] and (word in _JOINING or not word)


def _is_pronoun(words: Words, place: int) -> bool:
    """Say whether a word stands for films where nothing follows it: "a famous one", not "one man
    army"."""
    return not words.kept[place] and words.word(place) in ("one", "ones")


def _written(words: Words, start: int, stop: int) -> str:
    parts = [words.tokens[start].raw]
    for token in words.tokens[start + 1 : stop]:
        parts += ["-" if token.gap in ("-", "–") else " ", token.raw]
    return "".join(parts)
