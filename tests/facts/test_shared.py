"""What an item shares with liked ones, for people who named what they like without a rating."""

from recsys_rag import Recommender
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.types import Query

SETTINGS = from_mapping({"retrieve": {"encoder": "none"}, "generate": {"model": "template"}})


def test_items_named_as_liked_without_a_rating_have_reasons_too():
    recommender = Recommender(SETTINGS).fit(made_up_movies())
    likes = recommender.dataset.items.ids[:3]
    answer = recommender.recommend(Query(likes=likes, history={likes[2]: 4.0}, k=5))
    assert len(answer.items) == 5
    assert all(item.evidence for item in answer.items)
