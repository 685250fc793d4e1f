"""The peers by name, with the settings they are measured with. Imports a library only when a peer
of it is fitted."""

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from recsys_rag.errors import EvaluationError, MissingExtraError
from recsys_rag.lab.evaluate.methods import Method, Predictor
from recsys_rag.lab.evaluate.peers import implicit, lenskit, surprise
from recsys_rag.lab.evaluate.peers.textbook import (
    ItemMean,
    PlainEASE,
    PlainItemKNN,
    PlainPopularity,
)

# protocol -> the ridge of plain EASE and the neighbors of item-KNN behind the figures that are
# known of them
_EASE_L2 = {"seed": 300.0, "rb": 500.0, "loo": 120.0}
_NEIGHBORS = {"loo": 200}
_MODULES = {"surprise": "surprise", "lenskit": "lenskit", "implicit": "implicit"}
_INSTALL = {
    "surprise": "pip install 'recsys-rag[peers]'",
    "lenskit": "pip install lenskit",
    "implicit": "pip install implicit",
}
LIBRARIES = ("plain", "implicit", "surprise", "lenskit")


def peers(library: str, protocol: str) -> tuple[Method, ...]:
    """Return the ranking methods of one library for a protocol.

    Raises EvaluationError for a library that is none of LIBRARIES, MissingExtraError for one that
    is not installed.
    """
    _check(library)
    if library == "plain":
        l2, neighbors = _EASE_L2.get(protocol, 300.0), _NEIGHBORS.get(protocol, 50)
        return (
            _method("plain-ease", {"l2": l2}, lambda: PlainEASE(l2)),
            _method(
                "plain-item-knn",
                {"neighbors": neighbors, "shrinkage": 10},
                lambda: PlainItemKNN(neighbors),
            ),
            _method("plain-popularity", {}, PlainPopularity),
        )
    if library == "implicit":
        als = {"factors": 16, "regularization": 1.0, "alpha": 3.0, "iterations": 15, "seed": 42}
        return (
            _method("implicit-als", als, implicit.ImplicitALS),
            _method("implicit-item-item", {"neighbors": 50}, implicit.ImplicitItemItem),
        )
    if library == "surprise":
        return (
            _method("surprise-svd", {"seed": 42}, surprise.svd),
            _method("surprise-knn-basic", {}, surprise.knn_basic),
        )
    return (
        _method(
            "lenskit-implicit-mf", {"factors": 16, "weight": 2, "seed": 42}, lenskit.implicit_mf
        ),
        _method("lenskit-user-knn", {"neighbors": 50}, lenskit.user_knn),
    )


def predicting_peers(library: str) -> tuple[Predictor, ...]:
    """Return the methods of one library that predict ratings; none of `implicit` and `lenskit`.
    Errors as `peers`."""
    _check(library)
    if library == "plain":
        return (Predictor("plain-item-mean", {}, lambda dataset: ItemMean().fit(dataset)),)
    if library == "surprise":
        return (
            Predictor(
                "surprise-svd",
                _about("surprise", {"seed": 42}),
                lambda dataset: surprise.svd().fit(dataset),
            ),
            Predictor(
                "surprise-knn-basic",
                _about("surprise", {}),
                lambda dataset: surprise.knn_basic().fit(dataset),
            ),
        )
    return ()


def _method(name: str, settings: dict[str, Any], make: Callable[[], Any]) -> Method:
    return Method(
        name, _about(name.partition("-")[0], settings), lambda dataset: make().fit(dataset)
    )


def _about(library: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings and the version of the library: other versions, other figures."""
    from importlib.metadata import version

    packages = {"surprise": "scikit-surprise"}
    return (
        settings
        if library == "plain"
        else {**settings, "version": version(packages.get(library, library))}
    )


def _check(library: str) -> None:
    if library not in LIBRARIES:
        raise EvaluationError(f"no peer {library!r}; there are {', '.join(LIBRARIES)}")
    if library != "plain" and find_spec(_MODULES[library]) is None:
        raise MissingExtraError(f"the peer {library} needs: {_INSTALL[library]}")


def installed(libraries: Sequence[str] = LIBRARIES) -> tuple[str, ...]:
    """Return those of the libraries that are installed."""
    return tuple(
        library
        for library in libraries
        if library == "plain" or find_spec(_MODULES[library]) is not None
    )
