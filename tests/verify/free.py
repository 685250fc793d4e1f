"""A made-up film with facts of its notes and of a person, as free writers are given them."""

import numpy as np

from recsys_rag.data.catalog import Catalog
from recsys_rag.data.vocabulary import Vocabulary
from recsys_rag.fact import Fact
from recsys_rag.facts.column import ColumnFact
from recsys_rag.facts.influence import InfluenceFact
from recsys_rag.facts.mood import MoodFact
from recsys_rag.facts.neighbors import NeighborsFact
from recsys_rag.facts.predicted import PredictedFact
from recsys_rag.facts.premise import PremiseFact
from recsys_rag.facts.shared import SharedFact
from recsys_rag.types import Candidate, Context, Evidence

PREMISE = "A slick lawyer on business in Riga must trust a shy widow who stole his only key"
_ORIGIN = "film notes"

CATALOG = Catalog(
    Vocabulary(("1", "2", "3")),
    ("The Copper Gate", "Lantern Row", "Mildew"),
    np.array([1994, 1991, 1988], np.int32),
    (("Comedy", "Crime"), ("Drama",), ("Comedy",)),
    metadata={"plot": ((f"{PREMISE}.",), (), ()), "certificate": (("PG-13",), (), ())},
    attributes={
        "moods": (("tense", "witty", "for families"), ("bleak",), ("witty",)),
        "themes": (("courtroom", "con artists"), (), ()),
    },
    origins={"plot": (_ORIGIN, "", "")},
)
FACTS: tuple[Fact, ...] = (
    PremiseFact(PREMISE),
    MoodFact(("tense", "witty"), ("courtroom", "con artists"), True),
    ColumnFact("certificate", ("PG-13",)),
    NeighborsFact(
        17, 50, ("9",), n_raters=25, liked_rating=4.0, top_rating=5.0, rating_step=1.0,
        everyone_percent=61,
    ),
    InfluenceFact(
        ("Lantern Row (1991)",), ("2",), rank=2, rank_without=9, n_ranked=1447, ratings=(5.0,),
        is_near=True,
    ),
    SharedFact("witty", "moods", 3, 8, 200, 1600, "liked", ("Mildew (1988)",), ("3",)),
    PredictedFact(4.2, 5.0, 0.8, 83, 4.0),
)  # fmt: skip
CONTEXT = Context(
    Candidate("1", 0, "The Copper Gate", 1994, ("Comedy", "Crime"), 1.0, predicted_rating=4.2),
    tuple(Evidence("1", fact, "the table", f"{fact}", 0.5) for fact in FACTS),
)

TRUE = (
    "The Copper Gate follows a slick lawyer who must trust a shy widow.",
    "A lawyer on business in Riga has to rely on a shy widow who stole his only key.",
    "In Riga, a slick lawyer must trust the shy widow who stole his only key.",
    "A slick lawyer has to trust a widow in this witty crime comedy.",
    "It's a tense, witty comedy about a slick lawyer who has to trust a shy widow.",
    "This PG-13-rated comedy is about con artists and the courtroom.",
    "A tense courtroom comedy, The Copper Gate is suited to families.",
    "If you're in the mood for something witty, The Copper Gate is worth a look.",
    "The Copper Gate mixes suspense with con artists.",
    "Tense and witty, The Copper Gate follows a lawyer who has to trust a shy widow.",
    "The Copper Gate is witty, like Mildew, which you liked.",
    "Three of the 8 films you liked are witty, including Mildew.",
    "Wit links The Copper Gate to Mildew, which you liked.",
    "Of the 25 people most like you who rated it, 17 gave it 4 or 5, "
    "against 61 percent of all raters.",
    "Without your 5 for Lantern Row, it would rank ninth.",
    "The Copper Gate ranks second, but would drop to ninth without your 5 for Lantern Row.",
    "Your 5 for Lantern Row lifts this film from ninth to second.",
    "The Copper Gate and Lantern Row are rated by much the same people.",
    "We expect you to give The Copper Gate a 4.2, give or take 0.8.",
    "The forecast for you is 4.2 out of 5, and in 83 of 100 such cases the rating is 4 or more.",
    "In 83 of 100 such cases, the rating is 4 or more.",
    "There's an 83 percent chance that you'll rate it 4 or higher.",
    "The Copper Gate is a safe guess for you: we predict a 4.2.",
    "Only 8 of the 25 raters who most resemble you gave it less than a 4.",
    "Of 25 like-minded raters, 17 rated it 4 or better, compared with 61 percent overall.",
    "The Copper Gate got at least a 4 from 17 of the 25 raters most similar to you.",
    "Take away your 5 for Lantern Row and it slips seven places, from second to ninth.",
    "The Copper Gate ranks second, seven places higher than it would without Lantern Row.",
    "The Copper Gate owes its second place to your 5 for Lantern Row.",
    "The Copper Gate has the wit that you liked in Mildew.",
    "If you liked Mildew for its wit, The Copper Gate has it too.",
    "A PG-13-rated crime comedy from 1994.",
    "About two thirds of the raters closest to your taste gave it 4 or more, "
    "ahead of the 61 percent among all raters.",
    "The Copper Gate fares better with raters like you than with raters in general: "
    "17 of 25 gave it 4 or more, against 61 percent.",
    "All but eight of the 25 raters most like you gave it a 4 or better.",
    "If you hadn't rated Lantern Row, you would have found it down in ninth place.",
    "Lantern Row makes all the difference here, since without it The Copper Gate would be ninth "
    "and not second.",
    "Second of 1447 by score, it would be ninth had you not given Lantern Row a 5.",
    "Those who rate Lantern Row tend to be the same people who rate The Copper Gate.",
    "Only one film out of 1447 gets a higher score than The Copper Gate.",
    "Wit runs through The Copper Gate, as it does through Mildew, which you liked.",
    "Three of the 8 films you liked are witty, Mildew for one, and The Copper Gate is another of "
    "that kind.",
    "In 17 of 100 such cases the rating falls short of a 4.",
    "You'll probably rate The Copper Gate near 4.2, with 0.8 either way.",
    "Chances are good that you'd give it at least a 4, since that happens in 83 of 100 cases like "
    "this.",
)
FALSE = (
    "A shy widow on business in Riga must trust a slick lawyer who stole her only key.",
    "A slick lawyer who stole his only key must trust a shy widow.",
    "A slick lawyer stole his only key.",
    "A slick lawyer on business in Oslo must trust a shy widow.",
    "A slick lawyer trusts no shy widow.",
    "A slick lawyer need not trust a shy widow.",
    "A slick lawyer must trust two shy widows.",
    "A former lawyer must trust a shy widow.",
    "It follows a shy widow.",
    "It is a tense, witty drama about con artists.",
    "It is a gentle comedy about con artists.",
    "It is a tense comedy about con artists and space.",
    "It is an R-rated comedy.",
    "Lantern Row is tense and witty.",
    "If you're in the mood for something bleak, The Copper Gate is worth a look.",
    "The Copper Gate is tense, like Mildew, which you liked.",
    "The Copper Gate is witty, like Lantern Row, which you liked.",
    "You liked The Copper Gate, and Mildew is witty too.",
    "Of the 25 people most like you who rated it, 17 gave it 5.",
    "Of the 25 people most like you who rated it, 17 gave it 4 or 5, "
    "against 71 percent of all raters.",
    "Of the 25 people least like you who rated it, 17 gave it 4 or 5.",
    "Without your 5 for Lantern Row, it would rank second.",
    "Without your 5 for Mildew, it would rank ninth.",
    "Without your 5 for The Copper Gate, Lantern Row would rank ninth.",
    "Your 5 for Lantern Row lifts this film from second to ninth.",
    "Your 5 for Lantern Row, a tense comedy, lifts this film from ninth to second.",
    "The Copper Gate would still rank second without your 5 for Lantern Row.",
    "The Copper Gate and Mildew are rated by much the same people.",
    "We expect you to give Lantern Row a 4.2.",
    "You will give it 4.2.",
    "Your rating is 4.2 of 5.",
    "In 83 of 100 such cases, the rating is 5.",
    "There's an 83 percent chance that everyone will rate it 4 or higher.",
    "The Copper Gate is a long shot for you: we predict a 4.2.",
    "17 of the 25 people most like you gave it 4 or 5.",
    "Of 25 like-minded raters, 61 rated it 4 or better, compared with 17 percent overall.",
    "The people most like you are cooler on The Copper Gate than everyone else.",
    "Your 5 for Lantern Row makes no difference to its second place.",
    "The Copper Gate ranks second, with or without your 5 for Lantern Row.",
    "Lantern Row owes its second place to your 5 for The Copper Gate.",
    "Happily, The Copper Gate is witty.",
    "A PG-13-rated crime drama from 1994.",
    "A witty crime comedy from 1991.",
    "A bleak drama.",
    "About two thirds of all raters gave it 4 or more, ahead of the 61 percent among the raters "
    "closest to your taste.",
    "About three quarters of the raters closest to your taste gave it 4 or more.",
    "Less than half of the raters most like you gave it 4 or more.",
    "Only 17 of the 25 raters most like you gave it 4 or more.",
    "17 of the 25 raters most like you gave it 4 or more, a lower share than among all raters.",
    "17 of the 25 raters most like you gave it 4 or more, which is much the same as the 61 percent "
    "among all raters.",
    "17 of the 25 raters most like you gave it 4 or more, hardly more than the 71 percent overall.",
    "17 of the 25 raters most unlike you gave it 4 or more.",
    "All but 17 of the 25 raters most like you gave it 4 or more.",
    "Not one of the 25 raters most like you gave it less than a 4.",
    "Almost everyone with your taste who rated it gave it 4 or more.",
    "The Copper Gate fares better with raters in general than with raters like you.",
    "Mildew fares better with raters like you than with raters in general.",
    "Eight of the 25 raters most like you gave it 4 or more.",
    "Seven in ten raters like you gave Lantern Row 4 or more.",
    "Two in twenty of the raters most like you gave it 4 or more.",
    "If you hadn't rated Mildew, you would have found it down in ninth place.",
    "If you hadn't rated Lantern Row, you would have found Mildew down in ninth place.",
    "If you hadn't rated Lantern Row, you would have found it up in first place.",
    "The Copper Gate makes all the difference here, since without it Lantern Row would be ninth.",
    "Lantern Row makes all the difference here, since without it The Copper Gate would be second "
    "and not ninth.",
    "Ninth of 1447 by score, it would be second had you not given Lantern Row a 5.",
    "Second of 1447 by score, and it holds that place even without your 5 for Lantern Row.",
    "Those who rate Mildew tend to be the same people who rate The Copper Gate.",
    "Only two films out of 1447 get a higher score than The Copper Gate.",
    "The Copper Gate has the highest score of 1447 films.",
    "The Copper Gate has the second highest score of 1446 films.",
    "The Copper Gate is second, two places up thanks to your 5 for Lantern Row.",
    "The Copper Gate gains nine places from your 5 for Lantern Row.",
    "The Copper Gate owes its second place in part to Mildew, without which it would be ninth.",
    "It makes second place without your 5 for Lantern Row and would be ninth with it.",
    "Your rating of Lantern Row makes no difference: The Copper Gate is second either way.",
    "Whether you count Lantern Row or not, The Copper Gate is second.",
    "It ranks second, but only because you gave Lantern Row a 4; it would be ninth otherwise.",
    "It ranks second, and you have Mildew to thank for that.",
    "Wit runs through The Copper Gate, as it does through Lantern Row, which you liked.",
    "Suspense runs through The Copper Gate, as it does through Mildew, which you liked.",
    "Con artists are one of its themes, and they're there too in Mildew.",
    "Witty, like Lantern Row.",
    "Bleak like Mildew, it ranks second for you.",
    "Wit is what ties Lantern Row to Mildew.",
    "Three of the 8 films you liked are witty, Lantern Row for one, and this is another of that "
    "kind.",
    "Four of the 8 films you liked are witty, and The Copper Gate is another of that kind.",
    "The Copper Gate is witty, a quality it shares with Mildew and three other films you liked.",
    "Witty films are no strangers to you: you have liked eight.",
    "The 8 films you liked are all witty.",
    "In 83 of 100 such cases the rating falls short of a 4.",
    "In 17 of 100 such cases the rating is 4 or more.",
    "You'll probably rate it near 4.8, with 0.2 either way.",
    "We put your rating at 4.2, though it could be off by two points.",
    "Chances are good that you'd give it a 5, since that happens in 83 of 100 cases like this.",
    "There's little chance that you'd give it a 4 or more: 83 in 100.",
    "Don't expect too much: we predict a 4.2.",
    "Only 83 times in a hundred does a prediction like this one end in a rating of 4 or more.",
    "We predict 4.2 for you, so it's a bit of a gamble.",
    "Chances of a 4 or more: 17 in 100.",
    "Its themes are con artists and space, its mood is witty.",
    "Its themes are con artists and the courtroom, its mood is bleak.",
)
