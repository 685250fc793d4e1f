"""Choices for a ranker: nothing held out is in them, one right candidate each, people apart by
part."""

import random

import pytest

from lab.finetune.tiny import byte_tokenizer
from recsys_rag.errors import DataError
from recsys_rag.lab.evaluate.protocols import protocol
from recsys_rag.lab.finetune.choices import Choice, asked, choices_of, encoded
from recsys_rag.rerank.ranking_prompt import LABELS, labels_prompt
from recsys_rag.settings import from_mapping
from recsys_rag.testing.datasets import made_up_movies

PIPELINE = from_mapping({"retrieve": {"encoder": "none"}})
MOVIES = made_up_movies(200)


@pytest.fixture(scope="module", params=["seed", "loo"])
def cut(request):
    """The protocol, its validation and test folds, and the choices of its training part."""
    by = protocol(request.param)
    validation = by.validation(MOVIES)
    return by, validation, by.test(MOVIES), choices_of(validation.train, by, PIPELINE, 2)


def names(dataset, user_id):
    row = dataset.user_index(user_id)
    return {dataset.catalog.name(int(item)) for item in dataset.interactions[[row]].indices}


def test_nothing_that_the_protocol_holds_out_is_told_or_right(cut):
    _, validation, test, choices = cut
    for one in choices:
        held_out = names(validation.test, one.user_id) | names(test.test, one.user_id)
        known = names(validation.train, one.user_id)
        assert one.candidates[one.right] in known - held_out
        assert set(one.liked) <= known - held_out
        assert not set(one.liked) & set(one.candidates)


def test_every_choice_has_one_right_candidate_among_as_many_as_can_be_told(cut):
    _, validation, _, choices = cut
    assert len(choices) > 200
    for one in choices:
        assert 2 <= len(one.candidates) <= len(LABELS)
        assert len(set(one.candidates)) == len(one.candidates)
        later = names(validation.train, one.user_id)
        assert [title for title in one.candidates if title in later] == [one.candidates[one.right]]


def test_short_histories_are_learned_from_as_well(cut):
    lengths = [len(one.liked) for one in cut[3]]
    assert min(lengths) == 0
    assert max(lengths) > 3


def test_nobody_is_in_two_parts_and_all_parts_have_people(cut):
    parts = {}
    for one in cut[3]:
        parts.setdefault(one.user_id, set()).add(one.part)
    assert all(len(of) == 1 for of in parts.values())
    assert {part for of in parts.values() for part in of} == {"train", "validation", "test"}


def test_the_same_data_give_the_same_choices():
    train = protocol("seed").validation(MOVIES).train
    assert choices_of(train, protocol("seed"), PIPELINE, 1) == choices_of(
        train, protocol("seed"), PIPELINE, 1
    )


def test_too_little_data_is_refused_with_what_is_needed():
    with pytest.raises(
        DataError, match=r"choices to learn from among its .* people.*needs some hundreds of users"
    ):
        choices_of(made_up_movies(12), protocol("seed"), PIPELINE, 2)


def test_a_question_is_the_prompt_that_is_asked_and_its_label_finds_the_right_candidate():
    choice = Choice("u", ("Fargo",), ("Heat", "Babe", "Alien"), 1)
    seen = set()
    for seed in range(30):
        question = asked(choice, "film", random.Random(seed))
        listed = [line[3:] for line in question.prompt.split("\n\n")[1].splitlines()[1:]]
        assert question.prompt == labels_prompt(choice.liked, listed, "film").raw
        assert listed[LABELS.index(question.label)] == "Babe"
        seen.add(question.label)
    assert seen == {"A", "B", "C"}


def test_only_the_label_is_learned_and_a_tokenizer_without_labels_is_refused():
    pytest.importorskip("transformers", reason="needs the [finetune] extra")
    question = asked(Choice("u", ("Fargo",), ("Heat", "Babe"), 0), "film", random.Random(0))
    tokenizer = byte_tokenizer(letters=True)
    example = encoded(tokenizer, question)
    assert [place for place, has in enumerate(example.has_loss) if has] == [
        len(example.token_ids) - 1
    ]
    assert tokenizer.decode(example.token_ids) == f"{question.prompt} {question.label}"
    with pytest.raises(DataError, match="no single token for ' A'"):
        encoded(
            byte_tokenizer(), asked(Choice("u", (), ("Heat", "Babe"), 0), "film", random.Random(1))
        )
