"""Words that carry no wish of their own, and the text that is left to search for."""

from recsys_rag.understand._tokens import Phrases, Words, word_set

FILM_NOUNS = word_set(
    "movie movies film films flick flicks picture pictures one ones stuff release releases"
)
# Dropped wherever they stand: how people ask, not what they ask for.
_ASKING = word_set(
    """movie movies film films flick flicks picture pictures cinema something anything
    everything stuff things thing ones please pls thanks thank recommend recommendation
    recommendations suggest suggestion suggestions want wants wanna wanted need needs looking
    watch watching see seeing seen find give show me us im ive id like likes liked prefer
    preferably ideally maybe perhaps tonight today good great best nice decent some any kind
    kinds sort sorts type types genre genres style similar fan fans mood hi hello hey would
    could should can already another directed director starring featuring actor actress written
    released decade decades era whats next made thats theres lets favorite favorites favourite
    favourites hiya greetings cheers thx ty ta plz lol haha sth smth sumthing sum gimme lemme u
    ur kindly grateful appreciate obviously honestly actually basically definitely absolutely
    literally certainly instead again better lovely awful awesome amazing superb fabulous
    terrific fantastic excellent enjoyable worth weve youve theyve gonna gotta couple handful
    bunch surely hopefully possibly probably apparently seriously frankly personally truly
    simply clearly normally usually generally currently desperately always"""
)
# Dropped at the ends of what is left: they only join.
_JOINING = word_set(
    """a an the and or nor but if of in on at to for from with by as about into than then so
    such that which who whom whose this these those there here it its is are was were be been
    being am do does did have has had must may might shall got get other others else together i
    we you they he she him her them my your our their his not no very really quite rather too
    also just only even more most less least lot lots bit little few many much when where what
    how why all both either made set since during before after until between around year years
    will would came come comes out us sure yet yesterday tomorrow help ca someone somebody
    anyone anybody everyone everybody know knows think thinks thinking say says tell tells go
    goes going"""
)
# Behind examples: "Alien, Heat, that sort of thing".
AND_SUCH = "that (kind|sort|type) of (thing|stuff|film|movie)"
_DEGREES = frozenset(("too", "so", "as", "very", "overly"))
_ASKING_PHRASES = Phrases.table(
    {
        """(i|we) (love|loved|enjoy), i enjoyed, love (a|some|good), (id|would|wed) love, wed like,
        youll (love|like), you will love, ill love, (i am|) in the mood for, (feel|feels) like,
        (how|what) about, to (watch|see), ever made, of all (time|times), (as|) (a|) fan of,
        (as|) fans of, big fan of, (a|) mix of, a (blend|mixture) of, movie night, date night,
        (i|we) fancy, fancy (a|some), this weekend, (at|for) the weekend, this evening,
        (if|where) possible, surprise (me|us), before (bed|bedtime), keep it, double bill,
        (evening|morning|hi|hello|hey) (all|everyone|folks), good (evening|morning|afternoon),
        (loved|liked|enjoyed|hated) it, would do (nicely|), quick question,
        happy (new year|birthday), merry christmas, for (a while|now|once|a change),
        worth (recommending|seeing|watching), hear me out, this time (round|around|), cup of tea,
        along those lines, in that (spirit|vein), soft spot for, will do, (as|so) long as,
        if you (can|could), make it, (i|) was born,
        would be (great|lovely|nice|good|perfect|ideal|wonderful),
        for (people|someone|somebody|those|anyone|anybody|folks) who,
        (mixes|combines|blends|joins|mixing|combining|blending) the two, (stories|story) about,
        crush on, sit through, old enough to remember, looking 4, 4 (me|us|my)"""
        f", {AND_SUCH}": None
    }
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


def remaining_runs(words: Words) -> list[tuple[int, int]]:
    """Return (start, stop) of the runs of words that are wanted and nobody has claimed.

    They are what is searched for: without fillers, and with joining words only inside.

    >>> words = Words("Please show me movies about a heist gone wrong in Rome")
    >>> [words.written(*run) for run in remaining_runs(words)]
    ['heist gone wrong in Rome']
    """
    return _runs(words, negated=False)


def unwanted_runs(words: Words) -> list[tuple[int, int]]:
    """Return (start, stop) of what is unwanted and nobody has claimed: "too long"."""
    runs = []
    for start, stop in _runs(words, negated=True):
        has_degree = start > 0 and words.negated[start - 1] and words.word(start - 1) in _DEGREES
        runs.append((start - has_degree, stop))
    return runs


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


def _remains(words: Words, position: int, negated: bool) -> bool:
    if words.kept[position]:
        return not negated
    if words.claimed[position] or words.negated[position] != negated:
        return False
    return words.word(position) not in _ASKING or _is_in_compound(words, position)


def _is_in_compound(words: Words, position: int) -> bool:
    """Say whether a word is one with a meaning by a hyphen: "good" in "feel-good", not in "good
    sci-fi" or "must-see"."""
    before = position > 0 and words.tokens[position].gap == "-" and not words.claimed[position - 1]
    after = (
        position + 1 < len(words)
        and words.tokens[position + 1].gap == "-"
        and not words.claimed[position + 1]
    )
    return (before and not is_filler(words.word(position - 1))) or (
        after and not is_filler(words.word(position + 1))
    )


def _trimmed(words: Words, start: int, stop: int) -> tuple[int, int] | None:
    while start < stop and _is_loose(words, start):
        start += 1
    while start < stop and (_is_loose(words, stop - 1) or _is_pronoun(words, stop - 1)):
        stop -= 1
    return (start, stop) if start < stop else None


def _is_loose(words: Words, position: int) -> bool:
    word = words.word(position)
    return not words.kept[position] and (word in _JOINING or not word)


def _is_pronoun(words: Words, position: int) -> bool:
    """Say whether a word stands for films where nothing follows it: "a famous one", not "one man
    army"."""
    return not words.kept[position] and words.word(position) in ("one", "ones")
