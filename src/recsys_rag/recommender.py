"""The front door of the library: ask, rank, compare. Learns and keeps through `fitting`; knows no
algorithm."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypedDict, TypeVar, Unpack

from recsys_rag import _build as build
from recsys_rag import _fitting as fitting
from recsys_rag import settings as settings_module
from recsys_rag._fitted import Fitted, Fitter, Progress
from recsys_rag._flow import Flow, Stream
from recsys_rag._histories import LiveHistories
from recsys_rag._models import LanguageModels
from recsys_rag._ranking import alike
from recsys_rag.data.dataset import Dataset
from recsys_rag.data.vocabulary import id_text
from recsys_rag.errors import NotFittedError, QueryError
from recsys_rag.log import logger
from recsys_rag.protocols import Histories, Retriever
from recsys_rag.settings import Settings
from recsys_rag.types import (
    Candidate,
    Filters,
    Finished,
    Length,
    Query,
    Rankings,
    Recommendation,
    Tone,
)

if TYPE_CHECKING:
    from recsys_rag.conversation import Conversation

Part = TypeVar("Part")


class Question(TypedDict, total=False):
    """A `Query` in keywords, which is what most callers write; see `query_of`."""

    user: str | int | None
    history: Mapping[str, float] | None
    profile: str
    query: str | Query
    likes: Sequence[str]
    dislikes: Sequence[str]
    exclude: Sequence[str]
    k: int
    filters: Filters | None
    include_seen: bool
    diversity: float | None
    calibration: float | None
    novelty: float | None
    previous: Recommendation | None
    tone: Tone | None
    length: Length | None


_RENAMED = {"user": "user_id", "query": "words"}
_STRENGTHS = ("diversity", "calibration", "novelty")


def query_of(asker: Query | str | int | None = None, **keywords: Unpack[Question]) -> Query:
    """Return the query that is meant: a `Query` itself, or keywords, with a user's id in front.

    `user` is an id of the data and `query` what is asked for in words, or a whole `Query`;
    `diversity`, `calibration` and `novelty` are the strengths of selection, None = as the settings
    say; `previous` is the list shown before. The rest is as `Query` says. Raises QueryError.

    >>> query_of(196, query="dark comedy", k=3, novelty=0.5)
    ... # doctest: +NORMALIZE_WHITESPACE
    Query(user_id='196', history={}, likes=(), profile='', words='dark comedy', dislikes=(),
          exclude=(), k=3,
          filters=Filters(genres=(), excluded_genres=(), years=None, only=(), where={}),
          include_seen=False, strengths={'novelty': 0.5}, previous=(), tone=None,
          length=None)
    """
    given: dict[str, Any] = {name: value for name, value in keywords.items() if value is not None}
    if isinstance(given.get("query"), Query):
        asker = given.pop("query")
    if isinstance(asker, Query):
        if given:
            raise QueryError(f"give a Query or keywords, not both: {', '.join(given)}")
        return asker
    if asker is not None:
        if "user" in given:
            raise QueryError(f"the user is given twice: {asker!r} and {given['user']!r}")
        given["user"] = asker
    strengths = {name: given.pop(name) for name in _STRENGTHS if name in given}
    if "user" in given:
        given["user"] = id_text(given["user"])
    if "previous" in given:
        given["previous"] = tuple(item.item_id for item in given["previous"].items)
    return Query(
        **{_RENAMED.get(name, name): value for name, value in given.items()}, strengths=strengths
    )


def _question(asker: Query | str | int | None, k: int, keywords: Question) -> Query:
    """Return the query that is meant, with this k where keywords do not say."""
    is_whole = isinstance(asker, Query) or isinstance(keywords.get("query"), Query)
    return query_of(asker, **keywords) if is_whole else query_of(asker, **({"k": k} | keywords))


class Recommender:
    """Recommends items with explanations that are proven against the data.

    What was learned is a `Fitted`; `fit` and `load` make one, as long as none is given. Everybody
    is served the same way: a known user by id, a visitor by history, a person with only words by
    words. Any number of threads may ask at once.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        fitted: Fitted | None = None,
        *,
        models: LanguageModels | None = None,
        histories: Histories | None = None,
    ) -> None:
        self.settings = settings or (fitted.settings if fitted else Settings())
        self.models = models or LanguageModels(self.settings)
        self._fitted: Fitted | None = None
        self._flow: Flow | None = None
        self._histories: Histories | None = None
        if fitted:
            self._take(fitted, histories)

    @classmethod
    def default(cls, *, lm: str | None = None) -> Self:
        """Return an unfitted recommender with the default settings; `lm` names another language
        model."""
        return cls.preset("default", lm=lm)

    @classmethod
    def preset(cls, name: str, *, lm: str | None = None) -> Self:
        """Return an unfitted recommender of a named configuration. Raises SettingsError."""
        return cls(_writing_with(settings_module.preset(name), lm))

    @classmethod
    def from_settings(cls, path: str | Path, *, lm: str | None = None) -> Self:
        """Return an unfitted recommender of a TOML file, under the environment's `RECSYS_RAG__*`.
        Raises SettingsError."""
        return cls(_writing_with(settings_module.load(path, os.environ), lm))

    # --- learn, save, load ------------------------------------------------------------------------

    def fit(
        self, dataset: Dataset, progress: Progress | None = None, *, fitter: Fitter | None = None
    ) -> Self:
        """Learn from a dataset, and forget the last fit and all feedback; `progress(stage, done,
        total)` hears of each stage.

        What is learned does not depend on the order in which the dataset names users and items.
        Raises DataError, AssetError.
        """
        fitter = fitter or fitting.LocalFitter()
        return self._take(fitter.fit(dataset, self.settings, progress))

    def save(self, path: str | Path) -> None:
        """Write everything that was learned, with the data it was learned from, to a folder.
        Feedback is not saved. Raises ArtifactError, OSError, NotFittedError."""
        fitting.save(self.fitted, Path(path))

    @classmethod
    def load(
        cls,
        path: str | Path,
        *,
        settings: Settings | None = None,
        lm: str | None = None,
        writes: bool = False,
    ) -> Self:
        """Read a saved recommender. `settings` and `lm` may change fusion and writing, not what was
        fitted.

        Where it `writes`, the language model gets ready while the rest is read. Raises
        ArtifactError naming the file and what is wrong with it. Nothing that is read is ever
        executed.
        """
        recommender = cls(_writing_with(settings or fitting.saved_settings(Path(path)), lm))
        if writes:
            recommender.prepare()
        return recommender._take(fitting.load(Path(path), recommender.settings))

    @classmethod
    def cached(
        cls,
        data: str,
        settings: Settings,
        *,
        open_dataset: Callable[[], Dataset],
        also: Sequence[str] = (),
        progress: Progress | None = None,
        writes: bool = False,
    ) -> Self:
        """Return the recommender for this data (a name, or a path), fitted the first time, then
        kept in the cache; see `fitting.cached`. Where it `writes`, the language model gets ready
        meanwhile."""
        recommender = cls(settings)
        if writes:
            recommender.prepare()
        return recommender._take(
            fitting.cached(data, settings, open_dataset=open_dataset, also=also, progress=progress)
        )

    def _take(self, fitted: Fitted, histories: Histories | None = None) -> Self:
        fitted = replace(fitted, settings=self.settings)
        self._fitted, self._histories = fitted, histories or LiveHistories(fitted.dataset)
        self._flow = build.flow(fitted, self.models.writing, self.models.turn, self._histories)
        return self

    # --- what it is made of -----------------------------------------------------------------------

    @property
    def fitted(self) -> Fitted:
        """What was learned. Raises NotFittedError before fit."""
        return _there(self._fitted)

    @property
    def flow(self) -> Flow:
        """The wired parts. Raises NotFittedError before fit."""
        return _there(self._flow)

    @property
    def parts(self) -> Mapping[str, Retriever]:
        """The fitted retrievers by name, also those that do not rank. Raises NotFittedError."""
        return self.fitted.parts

    @property
    def dataset(self) -> Dataset:
        """The data that it was fitted on. Raises NotFittedError before fit."""
        return self.fitted.dataset

    # --- ask --------------------------------------------------------------------------------------

    def stream(
        self,
        query: Query | str | int | None = None,
        /,
        *,
        explain: bool = True,
        conversation: "Conversation | None" = None,
        **keywords: Unpack[Question],
    ) -> Stream:
        """Answer as events: `Ranked` with the template's texts at once, each item `Written` once
        its text is final, `Finished`.

        `conversation` is what was said since (see `converse`). Takes a `Query`, or what `query_of`
        takes; k is 5 where keywords do not say. Raises UnknownUserError, UnknownItemError,
        QueryError.
        """
        question, flow = _question(query, 5, keywords), self.flow
        if explain:
            self.prepare()
        return flow.stream(question, explain=explain, conversation=conversation)

    def recommend(
        self,
        query: Query | str | int | None = None,
        /,
        *,
        explain: bool = True,
        **keywords: Unpack[Question],
    ) -> Recommendation:
        """Answer whole. Takes what `stream` takes; same errors."""
        for event in self.stream(query, explain=explain, **keywords):
            if isinstance(event, Finished):
                return event.recommendation
        raise AssertionError("a stream ends with Finished")

    def converse(self, conversation: "Conversation", text: str) -> "Conversation":
        """Return the conversation after one message, read against its last list: "less violent",
        "newer than 2", "more like 3", "seen 1 and 4, loved 4", "back", "who directed 2?".

        Ranks nothing; `stream` takes the conversation, and `Conversation.shown` the list.
        """
        from recsys_rag.conversation import turn

        understander = self.flow.ranker.understander
        return turn(conversation, text, self.dataset.catalog, understander.understand)

    def rank(
        self,
        queries: Sequence[Query | str | int] = (),
        /,
        *,
        users: Sequence[str | int] = (),
        histories: Sequence[Mapping[str, float]] = (),
        **keywords: Unpack[Question],
    ) -> Rankings:
        """Rank for many at once, without text: queries (or user ids), then users, then visitors by
        history; one row each, same order.

        The keywords hold for all that are not a `Query`; k is 10 where they do not say, and the
        same for all. Rows are best first, ties by item index, with a film that the catalog lists
        twice only once; one that has fewer than k items ends in "" and nan. Where a stage of
        selection is on, rows are in the order of selection. Raises as `stream`.
        """
        keywords.setdefault("k", 10)
        every = query_of(**keywords)
        if isinstance(users, str) or isinstance(queries, str):
            raise QueryError(f"users is one text, {users or queries!r}; give a list of ids")
        questions = [
            query if isinstance(query, Query) else replace(every, user_id=id_text(query))
            for query in (*queries, *users)
        ]
        questions += [replace(every, history=dict(history)) for history in histories]
        cutoffs = {question.k for question in questions} or {every.k}
        if len(cutoffs) > 1:
            raise QueryError(
                f"queries that are ranked together need one k; these have {sorted(cutoffs)}"
            )
        ranker = self.flow.ranker
        resolved = [ranker.resolve(question) for question in questions]
        unknown = dict.fromkeys(name for query in resolved for name in query.unknown)
        if unknown:
            logger.warning("not in the catalog and passed over: %s", ", ".join(unknown))
        return ranker.rank_once_each(resolved, *cutoffs)

    def similar(
        self, id_or_title: str, query: Query | int = 10, /, **keywords: Unpack[Question]
    ) -> tuple[Candidate, ...]:
        """Return the k items most like one, as for the words "like ...": what people who took to it
        also took to, and what reads like it. A query, of which k alone is enough, says what else
        counts and is left out.

        Raises UnknownItemError with the closest titles, QueryError.
        """
        ranker = self.flow.ranker
        if ranker.relevance is None or not ranker.relevance.of_examples:
            raise QueryError(
                "this preset compares people, not items; `similar` needs the default preset"
            )
        item = self.dataset.catalog.resolve(id_or_title)
        if isinstance(query, Query):
            resolved = ranker.resolve(query_of(query, **keywords))
        else:
            resolved = ranker.resolve(_question(None, query, keywords))
        ranker = replace(ranker, predictor=None)  # nobody is asked about whom it could predict
        return ranker.candidates(alike(resolved, item), resolved.query.k)

    def add_feedback(
        self, user: str | int, feedback: Mapping[str, float | None], when: int | None = None
    ) -> None:
        """Let what a person says about items count from the next answer on, for new people too.

        `feedback` maps item ids or titles to ratings, None for what was seen and not rated; `when`
        is in seconds, None = just now. Raises UnknownItemError, QueryError; then nothing was taken.
        """
        histories = _there(self._histories)
        if not isinstance(histories, LiveHistories):
            raise QueryError(
                "the histories of this recommender come from elsewhere; record the feedback there"
            )
        histories.add(str(user), feedback, when)

    # --- language models --------------------------------------------------------------------------

    def prepare(self) -> None:
        """Have the language model get ready beside other work, so that the first text comes sooner;
        returns at once.

        `stream` does this first; call it earlier where there is something to wait for. What goes
        wrong is told with the texts.
        """
        self.models.prepare()

    def close(self) -> None:
        """Free the memory of language models, and their processes where they have some; a later use
        loads them again."""
        self.models.close()


def _there(part: Part | None) -> Part:
    if part is None:
        raise NotFittedError(
            "this recommender is not fitted; call .fit(dataset) or Recommender.load(path) first"
        )
    return part


def _writing_with(settings: Settings, lm: str | None) -> Settings:
    if lm is None:
        return settings
    return settings_module.with_changes(settings, {"generate": {"model": lm}})
