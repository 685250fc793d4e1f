"""Moods, themes and strengths in a text ("cheer me up", "a heist", "not violent"), by the values
that this catalog has and by what people say for them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from recsys_rag.data.catalog import Catalog, fold
from recsys_rag.types import Understanding
from recsys_rag.understand._tokens import Phrases, Words, expanded

_COLUMNS = ("moods", "themes")  # of closed vocabularies; any value named is meant
_MILD, _CLEAR = 1, 2  # strengths: 0 none, 1 mild, 2 clear, 3 strong

# Any of these values: what people say for them. Occasions and states of the asker first: they may
# hold words that mean something else alone.
_SAID = """
feel-good, warm, lighthearted: (i feel|i am|im|feeling|we are|were) (so|very|a bit|really|)
    (sad|down|blue|low|lonely|depressed|gloomy)
feel-good, warm, inspiring: (cheer|cheers|cheering) (me|us|you|him|her) up, cheer up, lift
    (my|our) (spirits|mood), pick me up, make me (happy|smile), uplifting
inspiring, warm, feel-good: (restore|restores) my faith in (people|humanity|mankind), life affirming
lighthearted, silly, feel-good: after a (hard|long|bad|terrible|rough|stressful) (day|week) (at
    work|), (had|having) a (hard|long|bad|terrible|rough|stressful) (day|week) (at work|)
warm, gentle, romantic: (rainy|cosy|cozy|quiet) (sunday|saturday|day|afternoon|evening|weekend)
lighthearted, gentle, quirky: lazy (afternoon|sunday|saturday|day|evening)
romantic, epic, nostalgic: (long|cold) winter (evening|night|evenings|nights)
lighthearted, warm, silly: (im|i am|) (home|in bed|off) sick, sick in bed, under (a|the) blanket
action-packed, silly: (turn|switch|) (my|your|) brain off, brain (dead|off), mindless (fun|),
    (things |stuff) (blow|blows|blowing) up, (blow|blows) up, (four|three|few|some)
    (mates|lads|buddies), boys night, lads night, beer and pizza
thoughtful, disturbing, bittersweet: (leaves|keeps|keep|leave|makes) (me|you|us) thinking,
    (makes|make) (me|you|us) think, (stays|stay|sticks) with (me|you|us), think about for days
epic, dreamlike: (another|different) world, swept away, escapism, (escape|forget)
    (reality|everything)
melancholic, bittersweet, nostalgic: melancholy, homesick, wistful, nostalgia
lighthearted, gentle, feel-good: hungover, a hangover, failed (an|my) exam
silly: (stomach|belly|sides) (hurts|hurt|ache|aches), laugh (until|till|so hard) (my|it|i)
    (stomach|sides|belly|cry|) (hurts|hurt|ache|) (hurts|hurt|)
feel-good, inspiring: quit my (job|work), (change|changed) my life, travel the world
scary, eerie: (for|) when (the|) lights (are|go) (out|off), lights (out|off)
mysterious, tense: twist ending, (a|plot|big|surprise) (twist|twists), twists and turns,
    (wont|dont|didnt|cant|never) see (it|) coming
feel-good, bittersweet, witty: (got|been|just got|was) dumped, love is stupid
slow-burn: slow and, something slow, slow (film|movie)
romantic, witty: (date|first date) night, first date, (a|first|our first) date,
    (valentines|valentine) day, for (valentines|valentine)
romantic, feel-good, raunchy: (girls|ladies) night
silly, raunchy, action-packed: (movie|film) night with (my|our|) (friends|mates|buddies), with
    (my|our) friends, party
feel-good, bittersweet: (after|during) (a|my) (breakup|break up|divorce)
action-packed, silly: popcorn, popcorn (film|movie)
lighthearted, witty, action-packed: on a plane, long flight
scary, campy: halloween, halloween night
eerie, tense: alone at night, alone in the dark
gentle, warm, nostalgic: with (my|our)
    (mom|mum|mother|grandma|grandmother|parents|grandparents|granny|aunt)
for families: (for|with) (my|our|a|the) (kids|children|daughter|son|little one|little
    ones|niece|nephew|grandchildren|toddler|toddlers)
action-packed, tense: (im|i am|) bored, exciting, adrenaline (rush|), explosions, car chases,
    thrill ride, fast paced
heartbreaking: (makes|make|making) (me|us) cry, a good cry, tearjerker, tear jerker, weepie, weepy
melancholic, heartbreaking, bittersweet: sad, tragic
bleak: depressing, hopeless, without hope, (offers|leaves|has|with) no hope, no hope, grim
feel-good, warm: heartwarming, heart warming, feelgood, feel good
gentle, warm: cozy, cosy, comforting, calm, quiet, peaceful, relaxing, soothing, gentle
lighthearted, silly: something light, anything light, light (film|movie|entertainment), light
    hearted, light and, easy to watch, fluffy
silly: goofy, slapstick, zany, laugh (until|till) it hurts, laugh out loud
thoughtful: smart, intelligent, thought provoking, philosophical, makes me think, make me think
witty: clever, sharp (dialogue|dialog|writing), (clever|witty|smart|sharp) (dialogue|dialog)
tense: (edge of my|edge of the|edge of your) seat, suspenseful, gripping, nail biter, nailbiter,
    nerve wracking
dreamlike, quirky: surreal, trippy, strange, weird
quirky: offbeat, off beat, eccentric, odd
eerie: unsettling, uncanny, spooky atmosphere
disturbing: shocking
inspiring: inspirational, motivating, moving
epic: (huge|grand|large|big) (scope|scale), sweeping
slow-burn: slow burning
deadpan: dry humor, dry humour
dark humor: black humor, black humour, dark humour, gallows humor
satirical: satire, satires, spoof of, mocks
raunchy: crude, dirty jokes, gross out
stylish: slick, visually striking, beautifully shot
sensual: erotic, sexy
campy: trashy, so bad its good, cheesy
violent: brutal, bloody, gory, gore
true story: based on (a true story|true events|real events), real life story
heist: (rob|robs|robbing) a bank, robbery, bank robbery, bank job, heists
gangsters: mafia, mob, mobsters, organized crime
detective story: private eye, detective, detectives
police: cop, cops, policeman, policemen
courtroom: lawyer, lawyers, trial, trials, jury
spies: spy, spies, secret agent, secret agents, espionage
monsters: werewolf, werewolves, zombies, zombie, dinosaurs, dinosaur
supernatural: ghost, ghosts, haunted, demons
machines: robot, robots, androids, android, artificial intelligence
aliens: alien, extraterrestrials
space: spaceship, spaceships, outer space, space opera, astronauts
marriage: wedding, weddings, divorce
reporters: journalist, journalists, reporter, newspaper, the media
school: teacher, teachers, high school, boarding school, students, college
artists: painter, painters, artist, writer, writers, novelist
politics: president, elections, politicians, political
animals: dog, dogs, horse, horses, cat, cats, whale, whales
prison: prison escape, jail, convicts
gay lives: gay, lesbian, queer, transgender
martial arts: kung fu, karate
swordplay: knights, pirates, pirate, swordsmen, samurai
road trip: road movie, road movies, road trips
sports: baseball, boxing, football, basketball, soccer, hockey, golf, athletes
parent and child: mother and daughter, father and son, mothers and daughters, fathers and sons
music: band, bands, musicians, singers, jazz, dancers, dancing
royalty: king, kings, queen, queens
growing old: aging, old age
Christmas: christmas, xmas
"""
# Strength -> what is said for it; wanted it is clear or strong, refused none or mild.
_STRENGTHS = {
    "violence": "violent, violence, bloody, blood, gory, gore, brutal, brutality, graphic",
    "sex": "sex, sexual, sex scenes, nudity, nude scenes, erotic, sexy",
    "sadness": "sad, sadness, heavy, depressing, tragic, tearjerker, tear jerker, bleak, death",
    "scares": "scary, scares, scaring, frightening, creepy, spooky, terrifying, jump scares",
}
_ONLY_REFUSED = frozenset(
    ("heavy", "death", "graphic", "sex", "blood", "nudity", "scary", "scares")
)
_HUMOR = frozenset(("comedy", "comedies", "humor", "humour", "comedic"))
_FOR_FAMILIES = "for families"
_CHILD = r"(?:[2-9]|1[0-2]|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_OF_AGE = (
    rf"(?:for |with )?(?:my |our |a |an )?{_CHILD} (?:- )?years? (?:- )?olds?"
    r"(?: (?:(?:grand)?(?:daughter|son|child)|kid|girl|boy|niece|nephew|sister|brother)s?)?"
    r"(?! (?:man|woman|film|movie))"
    r"|(?:my|our) (?:grand)?(?:daughter|son|child|kid|girl|boy|niece|nephew|sister|brother)"
    rf" (?:is|just turned|turned|turns) {_CHILD}(?! feet)\b"
)


@dataclass(frozen=True, slots=True)
class TraitFind:
    """A mood, theme or strength that some words ask for, or refuse."""

    start: int
    stop: int
    part: Understanding


class TraitFinder:
    """Finds what one catalog's items are said to be like; nothing where it does not say."""

    def __init__(self, catalog: Catalog) -> None:
        column_of = {
            value: column
            for column in _COLUMNS
            for texts in _texts(catalog, column)
            for value in texts
        }
        named = {fold(value): (value,) for value in column_of}
        said: dict[str, tuple[str, ...]] = {}
        for line in _SAID.replace("\n    ", " ").strip().splitlines():
            values, _, phrases = line.partition(": ")
            there = tuple(value for value in values.split(", ") if value in column_of)
            said |= {phrase: there for phrase in expanded(phrases) if there}
        self._column_of: Mapping[str, str] = column_of
        self._phrases = Phrases((said | named).items())
        self._idioms = Phrases((phrase, values) for phrase, values in said.items() if " " in phrase)
        self._known = [name for name in _STRENGTHS if _is_known(catalog, name)]
        self._strengths = Phrases(
            (phrase, name) for name in self._known for phrase in expanded(_STRENGTHS[name])
        )
        self._has_dark_humor = "dark humor" in column_of

    def claim_idioms(self, words: Words) -> Iterator[TraitFind]:
        """Yield what whole phrases ask for, before anything is read as refused or as a genre: "no
        hope", "date night"; claim them."""
        for start, stop, values in self._idioms.claim_all(words):
            yield TraitFind(start, stop, self._wanted(values))
        for start, stop, _ in words.matches(_OF_AGE) if _FOR_FAMILIES in self._column_of else ():
            words.claim(start, stop)
            tame = tuple((name, 0, _MILD) for name in ("violence", "scares") if name in self._known)
            part = replace(self._wanted((_FOR_FAMILIES,)), levels=tame)
            yield TraitFind(start, stop, part)

    def claim_refused(self, words: Words) -> Iterator[TraitFind]:
        """Yield the strengths that are refused, before genres are read: "not scary"; claim them."""
        for start, stop, name in self._strengths.found(words):
            if words.negated[start]:
                words.claim(start, stop)
                yield TraitFind(start, stop, Understanding(levels=((name, 0, _MILD),)))

    def claim_all(self, words: Words) -> Iterator[TraitFind]:
        """Yield all other values named, wanted or refused, and claim their words."""
        for start in range(len(words) if self._has_dark_humor else 0):
            if words.word(start) in ("dark", "black") and words.word(start + 1) in _HUMOR:
                stop = start + 1 + words.word(start + 1).startswith("humo")
                words.claim(start, stop)
                yield TraitFind(start, stop, self._wanted(("dark humor",)))
        for start, stop, values in self._phrases.claim_all(words):
            refused = words.negated[start]
            yield TraitFind(start, stop, self._refused(values) if refused else self._wanted(values))
        for start, stop, name in self._strengths.found(words):
            if words.word(start) not in _ONLY_REFUSED:
                words.claim(start, stop)
                yield TraitFind(start, stop, Understanding(levels=((name, _CLEAR, 3),)))

    def _wanted(self, values: tuple[str, ...]) -> Understanding:
        return Understanding(traits=((self._column_of[values[0]], values),))

    def _refused(self, values: tuple[str, ...]) -> Understanding:
        return Understanding(excluded_traits=((self._column_of[values[0]], values),))


def _texts(catalog: Catalog, column: str) -> tuple[tuple[str, ...], ...]:
    values = catalog.metadata.get(column) or catalog.attributes.get(column) or ()
    return values if isinstance(values, tuple) else ()


def _is_known(catalog: Catalog, name: str) -> bool:
    values = catalog.attributes.get(name)
    return isinstance(values, np.ndarray) and bool(np.isfinite(values).any())
