"""An invented catalog: sixty films that were never made, by people who never lived. Any likeness is
chance; no ratings."""

from collections.abc import Mapping

import numpy as np

from recsys_rag.data._notes import Note
from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary

# title; year; genres; director; actors; keywords
_FILMS = """
The Glass Harbor; 1958; Drama,Romance; Orla Venn; Tobin Marsh,Ilse Quade; harbor,letters,fishing town
The Glass Harbor; 1994; Thriller,Crime; Desh Karrow; Nadia Wren,Cole Abernath; harbor,smuggling,remake
Quillmere; 1961; Horror; Orla Venn; Ilse Quade,Piers Dunlow; manor,ghost,inheritance
Café Morvane; 1966; Comedy,Romance; Lucien Ardat; Margaux Tessel,Piers Dunlow; café,waiter,mistaken identity
A Thimble for Mr. Pell; 1953; Comedy; Hal Brandiger; Tobin Marsh,Dot Fennimore; tailor,bank error
Le Facteur de Brumeval; 1972; Comedy,Drama; Lucien Ardat; Margaux Tessel,Olivier Sant; postman,village
Ironvale Crossing; 1957; Western; Hal Brandiger; Gus Torrey,Dot Fennimore; railroad,sheriff,standoff
Dust on the Ledger; 1964; Western,Drama; Hal Brandiger; Gus Torrey,Wes Calloran; cattle,debt
Six Bells to Santa Ruina; 1969; Western,Action; Marco Dellavere; Gus Torrey,Ines Palomar; mission,bandits,gold
Vandrell; 1979; Sci-Fi,Horror; Kit Osei; Rhea Landau,Moss Tilden; space station,parasite
Orbit of the Tinsmiths; 1983; Sci-Fi,Comedy; Kit Osei; Moss Tilden,Bea Arkwright; robots,repair,strike
The Ninth Antenna; 1977; Sci-Fi,Thriller; Kit Osei; Rhea Landau,Cole Abernath; signal,observatory,conspiracy
Cold Freight to Europa; 1991; Sci-Fi,Action; Jun Halloway; Rhea Landau,Dax Morello; cargo ship,mutiny
4417; 1998; Sci-Fi,Drama; Jun Halloway; Nadia Wren,Bea Arkwright; memory,prison,number
Hammerfall Protocol; 1988; Action,Thriller; Dax Morello; Brock Stannard,Ines Palomar; submarine,codes
Redline Mesa; 1985; Action; Dax Morello; Brock Stannard,Lyle Tanaka; desert race,revenge
Redline Mesa II: Overdrive; 1987; Action; Dax Morello; Brock Stannard,Lyle Tanaka; desert race,sequel
Sixteen Floors Down; 1993; Action,Crime; Desh Karrow; Brock Stannard,Nadia Wren; elevator,heist,hostages
The Bagman of Tull Street; 1974; Crime,Drama; Desh Karrow; Cole Abernath,Vito Ransome; racketeering,loyalty
Nobody Shoots the Baker; 1995; Crime,Comedy; Petra Solvane; Vito Ransome,Dot Fennimore; bakery,hit man
Three Liars and a Safe; 1999; Crime,Comedy; Petra Solvane; Cole Abernath,Margaux Tessel; heist,double cross
Ledgerdemain; 2001; Crime,Thriller; Petra Solvane; Nadia Wren,Lyle Tanaka; fraud,auditor
A Quiet Word with the Devil's Tailor; 1971; Horror,Comedy; Hal Brandiger; Piers Dunlow,Dot Fennimore; bargain,tailor
The Cellar Hymnal; 1981; Horror; Mina Ostrow; Ilse Quade,Moss Tilden; choir,cellar,possession
What the Marsh Kept; 1986; Horror,Thriller; Mina Ostrow; Rhea Landau,Tess Okonjo; swamp,missing children
Bonewhistle; 1997; Horror; Mina Ostrow; Tess Okonjo,Dax Morello; flute,curse,summer camp
The Understudy's Wife; 1962; Drama; Orla Venn; Ilse Quade,Tobin Marsh; theater,jealousy
Winter Wheat, Summer Rye; 1976; Drama; Agnes Thorold; Wes Calloran,Margaux Tessel; farm,brothers
The Ferryman's Arithmetic; 1989; Drama; Agnes Thorold; Tess Okonjo,Olivier Sant; river,teacher,illness
Small Hours at the Meridian; 1996; Drama,Romance; Agnes Thorold; Nadia Wren,Olivier Sant; hotel,night clerk
Letters Never Franked; 2002; Drama,Romance; Agnes Thorold; Bea Arkwright,Lyle Tanaka; letters,war
Dear Miss Halloran's Umbrella; 1955; Romance,Comedy; Hal Brandiger; Dot Fennimore,Tobin Marsh; rain,lost umbrella
Tango for a Lighthouse; 1968; Romance,Musical; Marco Dellavere; Ines Palomar,Piers Dunlow; lighthouse,dance
Second Violins; 1990; Romance,Comedy; Petra Solvane; Bea Arkwright,Cole Abernath; orchestra,rivals
Meet Me Past Wednesday; 2000; Romance,Comedy; Wren Addams; Tess Okonjo,Lyle Tanaka; time zone,blind date
Hats Over Havenbrook; 1952; Musical,Comedy; Lorne Pettigrew; Dot Fennimore,Piers Dunlow; hat shop,tap dance
The Barge Sings Low; 1959; Musical,Drama; Lorne Pettigrew; Ilse Quade,Gus Torrey; river barge,blues
Rooftop Calypso; 1965; Musical,Romance; Lorne Pettigrew; Ines Palomar,Olivier Sant; rooftop,carnival
Neon Hymn; 1984; Musical,Drama; Wren Addams; Bea Arkwright,Dax Morello; synth band,fame
Pim and the Paper Dragon; 1978; Animation,Comedy; Saoirse Lund; Dot Fennimore,Moss Tilden; dragon,kite,childhood
The Snail Who Ran for Mayor; 1992; Animation,Comedy; Saoirse Lund; Bea Arkwright,Vito Ransome; snail,election
Moonmilk; 2003; Animation,Sci-Fi; Saoirse Lund; Tess Okonjo,Moss Tilden; moon,shepherd
Pim and the Clockwork Whale; 1982; Animation,Musical; Saoirse Lund; Dot Fennimore,Moss Tilden; whale,sequel
The Man from Apartment Zero-B; 1980; Thriller; Desh Karrow; Cole Abernath,Rhea Landau; neighbor,surveillance
Parallax on Pier Nine; 1973; Thriller,Crime; Marco Dellavere; Vito Ransome,Ilse Quade; photographer,murder
No Witness but the Heron; 1987; Thriller,Drama; Agnes Thorold; Tess Okonjo,Wes Calloran; birdwatcher,trial
The Switchboard Widow; 1956; Thriller; Orla Venn; Ilse Quade,Wes Calloran; telephone,poison
Static Bloom; 2004; Thriller,Sci-Fi; Jun Halloway; Nadia Wren,Dax Morello; radio,garden
Brass Knuckle Sonata; 1994; Action,Musical; Wren Addams; Brock Stannard,Ines Palomar; pianist,boxing
Convoy of Lanterns; 1963; Action,Drama; Marco Dellavere; Gus Torrey,Wes Calloran; war,convoy,mountains
Kestrel Unit; 2001; Action,Thriller; Jun Halloway; Brock Stannard,Tess Okonjo; paratroopers,betrayal
Turbine Kings; 2005; Action,Comedy; Dax Morello; Lyle Tanaka,Vito Ransome; hydroplanes,brothers
The Goat Committee; 1970; Comedy; Lucien Ardat; Olivier Sant,Margaux Tessel; village council,goat
Mrs. Abelard Buys a Volcano; 1975; Comedy; Lucien Ardat; Margaux Tessel,Dot Fennimore; volcano,inheritance
Umlaut!; 1999; Comedy; Wren Addams; Moss Tilden,Bea Arkwright; typographers,strike
Two Thirds of a Wedding; 2002; Comedy,Romance; Wren Addams; Lyle Tanaka,Tess Okonjo; wedding,caterer
Saltpeter Junction; 1950; Western; Hal Brandiger; Gus Torrey,Tobin Marsh; mine,dynamite
The Last Farrier of Dunmoor; 1967; Western,Drama; Agnes Thorold; Wes Calloran,Gus Torrey; blacksmith,drought
Grieve Hollow; 1995; Horror,Drama; Mina Ostrow; Tess Okonjo,Cole Abernath; twins,orchard
The Unseen Reel of Abel Corrigan; 1954; Drama,Horror; Orla Venn; Tobin Marsh,Dot Fennimore; lost film,projectionist
"""


def made_up_catalog() -> Catalog:
    """Return the invented catalog: ids "101" to "160", with directors, actors, keywords, plots,
    runtimes and one alias.

    >>> catalog = made_up_catalog()
    >>> len(catalog), catalog.name(0), catalog.name(1), catalog.people(0, "director")
    (60, 'The Glass Harbor (1958)', 'The Glass Harbor (1994)', ('Orla Venn',))
    >>> catalog.find("cafe morvane"), catalog.find("the postman of brumeval")
    ((3,), (5,))
    """
    rows = [
        tuple(field.strip() for field in line.split(";")) for line in _FILMS.strip().splitlines()
    ]
    lists = {
        name: tuple(tuple(row[place].split(",")) for row in rows)
        for name, place in _COLUMNS.items()
    }
    return Catalog(
        items=Vocabulary(tuple(str(101 + place) for place in range(len(rows)))),
        titles=tuple(row[0] for row in rows),
        years=np.array([int(row[1]) for row in rows], np.int32),
        genres=lists["genres"],
        aliases=tuple(("The Postman of Brumeval",) if "Brumeval" in row[0] else () for row in rows),
        release_dates=tuple(
            f"{row[1]}-{place % 12 + 1:02d}-{place % 28 + 1:02d}" for place, row in enumerate(rows)
        ),
        runtimes=np.array([78 + (37 * place) % 83 for place in range(len(rows))], np.int32),
        metadata={
            **{name: lists[name] for name in ("actors", "director", "keywords")},
            "plot": tuple((_plot(one),) for one in lists["keywords"]),
        },
    )


def _plot(keywords: tuple[str, ...]) -> str:
    """Tell a film by its keywords.

    >>> _plot(("harbor", "letters"))
    'A tale that begins with harbor and ends with letters. Nobody lives who has seen it.'
    """
    return (
        f"A tale that begins with {keywords[0]} and ends with {keywords[-1]}. Nobody lives who "
        "has seen it."
    )


def made_up_notes() -> tuple[Note, ...]:
    """Return a note on each film of the invented catalog, told from its genres and keywords.

    >>> made_up_notes()[2].moods, made_up_notes()[2].violence
    (('scary', 'disturbing'), 3)
    """
    rows = [[field.strip() for field in line.split(";")] for line in _FILMS.strip().splitlines()]
    notes = []
    for place, (title, year, genres, _, _, keywords) in enumerate(rows):
        first, *others = genres.split(",")
        moods, themes = _TRAITS[first]
        things = keywords.split(",")
        notes.append(
            Note(
                title,
                int(year),
                premise=f"A {things[0]} hides {' and a '.join(things[1:]) or 'nothing'}.",
                moods=moods,
                themes=(*themes, *(_TRAITS[others[0]][1] if others else ())),
                place=_PLACES[place % len(_PLACES)],
                time=_TIMES[place % len(_TIMES)],
                certificate="PG" if place % 3 else "R",
                country=("Italy",) if place % 2 else ("France", "UK"),
                violence=3 if first in ("Horror", "Action") else place % 3,
                sex=0,
                sadness=3 if first == "Drama" else 1,
                scares=3 if first == "Horror" else 0,
                features=_FEATURES.get(first, ()),
                series="Mister Moss" if first == "Animation" else "",
                studio=("Aardman",) if first == "Animation" else (),
            )
        )
    return tuple(notes)


_TRAITS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Action": (("action-packed", "violent"), ("revenge",)),
    "Animation": (("gentle", "for families"), ("animals",)),
    "Comedy": (("witty", "dark humor"), ("friendship",)),
    "Crime": (("gritty", "stylish"), ("heist",)),
    "Drama": (("bleak", "thoughtful"), ("family",)),
    "Horror": (("scary", "disturbing"), ("supernatural",)),
    "Musical": (("feel-good",), ("music",)),
    "Romance": (("romantic", "bittersweet"), ("love triangle",)),
    "Sci-Fi": (("dreamlike", "tense"), ("space",)),
    "Thriller": (("tense", "eerie"), ("conspiracy",)),
    "Western": (("epic",), ("frontier", "small town")),
}
_FEATURES: Mapping[str, tuple[str, ...]] = {
    "Action": ("explosions", "car chase", "sad ending"),
    "Animation": ("talking animals", "happy ending"),
    "Comedy": ("female lead", "slapstick"),
    "Drama": ("based on a book",),
    "Horror": ("haunted house", "twist ending"),
}
_PLACES = ("Paris", "a small town in Maine", "outer space", "the Pacific Ocean", "")
_TIMES = ("1930s", "19th century", "", "1912 to 1918", "near future", "1969")
_COLUMNS = {"genres": 2, "director": 3, "actors": 4, "keywords": 5}
