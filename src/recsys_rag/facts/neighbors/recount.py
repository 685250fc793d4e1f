"""What similar users rated, counted again; who is similar is asked of the model again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recsys_rag.data.query_rows import QueryRows
from recsys_rag.types import Candidate

if TYPE_CHECKING:
    from recsys_rag.facts.neighbors import NeighborsFact


def recount(fact: "NeighborsFact", candidate: Candidate, rows: QueryRows) -> Mapping[str, object]:
    users, ratings = rows.ratings_of(candidate.item_index)
    ratings, users = ratings[rows.neighbors[users]], users[rows.neighbors[users]]
    scale = rows.dataset.scale
    liking = users if scale is None else users[ratings >= scale.liked]
    ids = {rows.dataset.users.id(user) for user in liking.tolist()}
    counted: dict[str, object] = {
        "n_liked": len(liking),
        "n_neighbors": int(rows.neighbors.sum()),
        # all of them, where it is right
        "user_ids": tuple(user_id for user_id in fact.user_ids if user_id in ids),
    }
    if scale is None:
        return {**counted, "n_raters": 0}
    return {
        **counted,
        "n_raters": len(users),
        "liked_rating": scale.liked,
        "top_rating": float(scale.high),
        "rating_step": float(scale.step),
    }
