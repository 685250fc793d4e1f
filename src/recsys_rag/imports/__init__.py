"""What people bring from elsewhere: exports of film, book and music sites -> their history here.

    export = imports.read("letterboxd-somebody-2025.zip")  # rows, by kind, in the site's own terms
    imported = imports.match(export, dataset)              # the items of one data set
    recommender.recommend(
        history=imported.history, likes=imported.likes, exclude=imported.seen
    )

Rated, liked, watched and wanting stay apart. Every row is matched, ambiguous, unknown, or left out
with a reason; columns about the person are never read.
"""

from recsys_rag.imports._entries import Entry as Entry
from recsys_rag.imports._entries import Export as Export
from recsys_rag.imports._entries import Skipped as Skipped
from recsys_rag.imports._entries import joined as joined
from recsys_rag.imports._imported import Imported as Imported
from recsys_rag.imports._imported import match as match
from recsys_rag.imports._matching import Match as Match
from recsys_rag.imports._reading import read as read
from recsys_rag.imports._reading import read_bytes as read_bytes
