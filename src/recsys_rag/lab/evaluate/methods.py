"""What can be measured by name: our retrievers, our pipeline, the seed method. Peers are in
`peers`. Measures nothing."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from recsys_rag import _build as build
from recsys_rag import _choosing as choosing
from recsys_rag._fitted import Choice, Fitted
from recsys_rag.data._order import in_order_of_ids
from recsys_rag.data.dataset import Dataset
from recsys_rag.errors import EvaluationError
from recsys_rag.lab.evaluate.measure import RanksItself, Scorer
from recsys_rag.lab.evaluate.served import Served
from recsys_rag.lab.seed_knn import SeedKNN
from recsys_rag.protocols import PredictsRatings, Retriever
from recsys_rag.settings import Settings, with_changes

Ranking: TypeAlias = Scorer | RanksItself
Made = TypeVar("Made")
FUSED, SEED = "fused", "seed"
_OF_WORDS = ("bm25", "embedding")  # no opinion without words, and no protocol has words


@dataclass(frozen=True)  # slots would not bear a call by `Method` or `Predictor`
class Measurable(Generic[Made]):
    """What is fitted when its turn comes. `settings` is, as JSON, what its figures depend on
    besides data and code."""

    name: str
    settings: Any
    fitted: Callable[[Dataset], Made]


Method: TypeAlias = Measurable[Ranking]
Predictor: TypeAlias = Measurable[PredictsRatings]


class _Parts:
    """The retrievers of some settings, each fitted once to the dataset that was asked for last."""

    def __init__(self, settings: Settings) -> None:
        self.settings = with_changes(settings, {"retrieve": {"encoder": "none"}})
        self._dataset: Dataset | None = None
        self._choice = Choice()
        self._fitted: dict[str, Retriever] = {}

    def one(self, name: str, dataset: Dataset) -> Retriever:
        """Return one fitted retriever, with the settings that a fit to this data would choose."""
        if self._dataset is not dataset:
            self._dataset, self._fitted = dataset, {}
            self._choice = choosing.chosen(in_order_of_ids(dataset), self.settings)
        if name not in self._fitted:
            settings = self._choice.over(self.settings)
            self._fitted[name] = build.retrievers(settings)[name].fit(dataset)
        return self._fitted[name]

    def pipeline(self, dataset: Dataset) -> Served:
        """Return the ranker that would be served."""
        parts = {name: self.one(name, dataset) for name in build.retrievers(self.settings)}
        return Served(build.ranker(Fitted(dataset, parts, None, self.settings, self._choice)))


def ours(settings: Settings) -> tuple[Method, ...]:
    """Return the pipeline of these settings, each of its retrievers that needs no words alone, and
    the seed method's.

    Without words the text retrievers have no opinion, so the pipeline is measured without the
    sentence encoder.
    """
    parts = _Parts(settings)
    said = msgspec.to_builtins(parts.settings)
    said.pop("generate", None)
    names = [name for name in build.retrievers(parts.settings) if name not in (*_OF_WORDS, SEED)]
    alone = [Method(name, said["retrieve"].get(name), partial(parts.one, name)) for name in names]
    return (
        Method(FUSED, said, parts.pipeline),
        *alone,
        Method(SEED, {"neighbors": 10}, lambda dataset: SeedKNN(10).fit(dataset)),
    )


def own_method(spec: str) -> Method:
    """Return the method "module:Class" of somebody else: `Class().fit(dataset).score(batch)`.

    The module is imported, also from the current folder. Its figures depend on the text of its
    file. Raises EvaluationError saying what is missing.
    """
    module_name, _, class_name = spec.partition(":")
    if not (module_name and class_name):
        raise EvaluationError(f"method {spec!r} is not of the form module:Class")
    with _current_folder():
        try:
            module = import_module(module_name)
        except Exception as error:  # it is somebody else's code: whatever it is, it is told
            reason = f"{type(error).__name__}: {error}"
            raise EvaluationError(
                f"method {spec}: {module_name} cannot be imported ({reason})"
            ) from error
    kind = getattr(module, class_name, None)
    if not callable(kind):
        raise EvaluationError(f"method {spec}: {module_name} has no class {class_name}")
    lacking = [name for name in ("fit", "score") if not callable(getattr(kind, name, None))]
    if lacking:
        raise EvaluationError(
            f"method {spec}: {class_name} has no `{lacking[0]}`; it needs fit(dataset), which "
            "returns itself, and score(batch), which returns (n, n_items)"
        )
    source = Path(module.__file__).read_text(encoding="utf-8") if module.__file__ else spec
    return Method(class_name, {"method": spec, "source": source}, lambda data: kind().fit(data))


@contextmanager
def _current_folder() -> Iterator[None]:
    sys.path.insert(0, str(Path.cwd()))
    try:
        yield
    finally:
        sys.path.remove(str(Path.cwd()))


def our_predictor() -> Predictor:
    """Return our rating predictor. Its fit raises EvaluationError where there are no ratings to
    predict."""

    def fitted(dataset: Dataset) -> PredictsRatings:
        predictor = build.predictor(dataset)
        if predictor is None:
            raise EvaluationError(
                f"{dataset.name} has no ratings to predict; choose a ranking protocol, such as seed"
            )
        return predictor.fit(dataset)

    return Predictor("rating", None, fitted)


def chosen(
    methods: Sequence[Measurable[Made]], names: Sequence[str]
) -> tuple[Measurable[Made], ...]:
    """Return the methods or predictors of these names, in the order of the names, each once. Raises
    EvaluationError for a name that none has."""
    by_name = {method.name: method for method in methods}
    for name in names:
        if name not in by_name:
            raise EvaluationError(
                f"no method {name!r}; there are {', '.join(by_name)} (peers need to be named in "
                "--against, too)"
            )
    return tuple(by_name[name] for name in dict.fromkeys(names))
