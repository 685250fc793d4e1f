"""Fusion weights of each class of histories, and what a class without questions gets."""

from collections.abc import Sequence

import numpy as np

from recsys_rag._fuse.bins import BIN_NAMES, CLASS_NAMES, SHORT_NAMES
from recsys_rag._fuse.by_class import weights_of
from recsys_rag._fuse.learning import Pool, pools

N, ITEMS = 60, 80
SHIPPED = {"popularity": (1.0, 0.5, 0.25, 0.0, 0.0), "ease": (0.0, 1.0, 1.0, 1.0, 1.0), "bm25": 0.5}


def questions(class_name: str, seed: int = 4) -> list[Pool]:
    """Questions of one class that EASE answers and popularity does not."""
    rng = np.random.default_rng(seed)
    right = rng.random((N, ITEMS)) < 0.1
    right[:, 1] = True
    noise = rng.normal(size=(2, N, ITEMS)).astype(np.float32)
    scores = {"popularity": noise[0], "ease": (right + 0.2 * noise[1]).astype(np.float32)}
    classes = np.full(N, CLASS_NAMES.index(class_name))
    known = np.zeros((N, ITEMS), np.bool_)
    return list(pools("random 3", np.arange(N), classes, known, right, scores))


def shares(by_class: np.ndarray, names: Sequence[str]) -> dict[str, float]:
    return {
        name: by_class[1, CLASS_NAMES.index(name)] / by_class[:, CLASS_NAMES.index(name)].sum()
        for name in names
    }


def test_a_class_without_questions_has_the_weights_of_the_next_one_of_its_length() -> None:
    parts = [*questions("2-5, little known"), *questions("2-5, known", 5)]
    found = weights_of(parts, ["popularity", "ease"], SHIPPED).by_class
    of = {name: found[:, CLASS_NAMES.index(name)] for name in CLASS_NAMES}
    assert (of["2-5, known"] / of["2-5, known"].sum())[1] > 0.9
    np.testing.assert_array_equal(of["2-5, well known"], of["2-5, known"])
    # and those that are shipped where its length has none
    for name in ("1, little known", "1, known", "1, well known"):
        assert of[name].tolist() == [0.5, 1.0]
    assert of["6-20, known"].tolist() == [0.25, 1.0]
    assert of["0"].tolist() == [1.0, 0.0]


def test_ease_keeps_a_share_of_every_history() -> None:
    parts = questions("1, known")
    swapped = [
        Pool(p.kind, p.length, p.people, p.scores[::-1], p.there, p.hits, p.ideal) for p in parts
    ]
    found = weights_of(swapped, ["popularity", "ease"], SHIPPED).by_class
    assert 0.02 < shares(found, ["1, known"])["1, known"] < 0.2


def test_settings_hold_five_weights_and_nine_for_short_histories_and_those_of_words() -> None:
    weights = weights_of(questions("6-20, known"), ["popularity", "ease"], SHIPPED)
    said = weights.as_settings(SHIPPED)
    assert set(said["weights"]) == {"popularity", "ease", "bm25"}
    assert len(said["weights"]["ease"]) == len(BIN_NAMES)
    assert said["weights"]["bm25"] == 0.5
    assert set(said["short"]) == {"popularity", "ease"}
    assert len(said["short"]["ease"]) == len(SHORT_NAMES)
    (line,) = weights.account()
    assert line.startswith("histories of 6-20, known: ")
    assert f"ease alone {weights.learned[0].best_single[1]:.4f}; {N} questions" in line


def test_without_short_histories_nothing_sets_them_apart() -> None:
    weights = weights_of(questions("21-100"), ["popularity", "ease"], SHIPPED)
    assert "short" not in weights.as_settings(SHIPPED)
