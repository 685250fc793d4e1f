"""Phrasings for facts about the film: popularity, what was asked for, likeness, people, catalog
fields."""

from recsys_rag.generate.phrases.bank import Bank

POPULARITY = Bank(
    opens=(
        "{film} averages {mean} of {top} over {count} ratings",
        "The {count} ratings of {film} average {mean} of {top}",
        "On average, {count} people gave {film} {mean} of {top}",
        "Across {count} ratings, {film} averages {mean} of {top}",
        "With {count} ratings, {film} stands at {mean} of {top}",
        "Rated by {count} people, {film} averages {mean} of {top}",
        "{film} has an average of {mean} of {top} from {count} people",
        "Among those who rated {film}, {count} in all, the average is {mean} of {top}",
        "{film} was chosen by {choices} people",
        "In all, {choices} people chose {film}",
        "So far, {choices} people have chosen {film}",
        "There are {choices} people who chose {film}",
        "{film} is the choice of {choices} people",
        "Count those who chose {film}: {choices} people",
    ),
    nexts=(
        "it averages {mean} of {top} over {count} ratings",
        "its {count} ratings average {mean} of {top}",
        "on average, {count} people gave it {mean} of {top}",
        "it stands at {mean} of {top} after {count} ratings",
        "across {count} ratings, it averages {mean} of {top}",
        "it has an average of {mean} of {top} from {count} people",
        "{count} people rated it, with an average of {mean} of {top}",
        "it was chosen by {choices} people",
        "in all, {choices} people chose it",
        "so far, {choices} people have chosen it",
        "there are {choices} people who chose it",
        "it is the choice of {choices} people",
        "{choices} people chose it",
    ),
)

WORDS = Bank(
    opens=(
        "{film} is {asked_for}, as you asked",
        "You asked for it: {film} is {asked_for}",
        "In {film} you get {asked_for}, as you asked",
        "By your own words you want {asked_for}, and {film} is one",
        "Going by what you wrote, {film} fits: it is {asked_for}",
        "True to your words, {film} is {asked_for}",
        "Here is {asked_for}, as you asked: {film}",
        "What you asked for is what {film} is: {asked_for}",
        "{film} is {stated}, in line with the taste you named",
        "Going by the taste you named, {film} fits: it is {stated}",
        "In {film} you get {stated}, in line with the taste you named",
        "True to the taste you named, {film} is {stated}",
        "Here is {stated} for the taste you named: {film}",
        "You named your taste, and {film} suits it as {stated}",
        "To suit the taste you named, {film} is {stated}",
        "As {stated}, {film} suits the taste you named",
    ),
    nexts=(
        "it is {asked_for}, as you asked",
        "true to your words, it is {asked_for}",
        "it is {asked_for}, which is what you asked for",
        "as you asked, it is {asked_for}",
        "it gives you {asked_for}, as you asked",
        "you asked for {asked_for}, and this is one",
        "going by what you wrote, it fits: it is {asked_for}",
        "it is {stated}, in line with the taste you named",
        "true to the taste you named, it is {stated}",
        "it suits the taste you named, being {stated}",
        "as {stated}, it suits the taste you named",
        "it gives you {stated}, in line with the taste you named",
        "going by the taste you named, it fits: it is {stated}",
    ),
)

LIKE = Bank(
    opens=(
        "{film} shares {shared} with {title}, which you named",
        "Like {title}, which you named, {film} is listed under {shared}",
        "You named {title}, and {film} is listed under {shared} too",
        "Starting from {title}, which you named, {film} stays with {shared}",
        "With {title} as your example, {film} has {shared} in common",
        "What {film} has in common with {title}, your example, is {shared}",
        "Your example was {title}: {film} shares {shared} with it",
    ),
    nexts=(
        "it shares {shared} with {title}, which you named",
        "like {title}, which you named, it is listed under {shared}",
        "it is listed under {shared}, as is {title}, which you named",
        "what it has in common with {title}, your example, is {shared}",
        "with {title} as your example, it has {shared} in common",
        "starting from {title}, which you named, it stays with {shared}",
    ),
)

METADATA = Bank(
    opens=(
        "{film} was directed by {directors}",
        "{directors} directed {film}",
        "{film} is a film by {directors}",
        "Behind the camera of {film} stood {directors}",
        "{film} was directed by {directors}, with {actors} in the cast",
        "{film} is a film by {directors} with {actors}",
        "The cast of {film} includes {actors}",
        "In {film} you will see {actors}",
        "{film} has {actors} in the cast",
        "Watch for {actors} in {film}",
    ),
    nexts=(
        "it was directed by {directors}",
        "{directors} directed it",
        "it is a film by {directors}",
        "it was directed by {directors}, with {actors} in the cast",
        "it is a film by {directors} with {actors}",
        "its cast includes {actors}",
        "it has {actors} in the cast",
        "you will see {actors} in it",
    ),
)

CATALOG = Bank(
    opens=(
        "{film} is listed under {labels}",
        "The catalog lists {film} under {labels}",
        "You will find {film} under {labels}",
        "Look under {labels} and you will find {film}",
        "{film} is in the catalog under {labels}",
        "Under {labels}, the catalog lists {film}",
        "In the catalog, {film} stands under {labels}",
        "{bare} is in the catalog",
        "The catalog has {bare}",
        "You will find {bare} in the catalog",
        "Among the films of the catalog is {bare}",
        "In the catalog there is {bare}",
        "Look in the catalog and you will find {bare}",
    ),
    nexts=(
        "it is listed under {labels}",
        "the catalog lists it under {labels}",
        "you will find it under {labels}",
        "in the catalog, it stands under {labels}",
        "it came out in {year} and is listed under {labels}",
        "it is a film of {year}, listed under {labels}",
        "{it} is in the catalog",
        "the catalog has {it}",
        "you will find {it} in the catalog",
    ),
)
