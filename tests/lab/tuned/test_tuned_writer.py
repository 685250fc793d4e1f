"""The tuned writer, and the folders of adapters that it is served from."""

import hashlib
import json
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from grounding import KINDS, Bench, by_hand, candidate_of
from recsys_rag import _build as build
from recsys_rag.errors import ArtifactError, GenerationError, SettingsError
from recsys_rag.generate._nouns import names_of
from recsys_rag.generate._phrases import Phrase, fields_of, filled
from recsys_rag.lab.finetune.phrasings import BankWriter
from recsys_rag.lab.tuned import adapter
from recsys_rag.lab.tuned.trained_forms import trained_forms
from recsys_rag.lab.tuned.tuned_prompt import PROMPT_FORM, fingerprint, tuned_prompt
from recsys_rag.lab.tuned.tuned_writer import TunedWriter, beginning_of, of_adapter
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import made_up_movies
from recsys_rag.testing.language_models import ScriptedLanguageModel
from recsys_rag.types import Context
from recsys_rag.verify.claims import claims_of
from recsys_rag.verify.strict import StrictVerifier


@pytest.fixture(scope="module")
def contexts() -> list[Context]:
    bench = Bench.of(made_up_movies())
    return [
        one
        for resolved in list(bench.queries())[:12]
        for one in bench.contexts(resolved)
        if one.evidence
    ]


def test_it_asks_with_the_prompt_of_training_and_yields_whole_sentences(
    contexts: list[Context],
) -> None:
    model = ScriptedLanguageModel(
        ["Near Heat (1995) [2], and it is 3.9 of 5 [1]. It is a war film [3]. And it is"]
    )
    sentences = list(TunedWriter(model, KINDS).write(contexts[0], rank=1, seed=0))
    assert sentences == ["Near Heat (1995) [2], and it is 3.9 of 5 [1].", "It is a war film [3]."]
    assert model.prompts == [tuned_prompt(contexts[0], KINDS)]


def test_what_the_bank_writes_is_shown_whole_through_it(contexts: list[Context]) -> None:
    verifier, bank, rng = (
        StrictVerifier(made_up_movies().catalog, KINDS),
        BankWriter(),
        random.Random(1),
    )
    for context in contexts:
        text = bank.text(context, rng)
        assert text is not None
        sentences = list(
            TunedWriter(ScriptedLanguageModel([text]), KINDS).write(context, rank=1, seed=0)
        )
        assert " ".join(sentences) == text
        judged = [
            one for sentence in sentences for one in verifier.verify(claims_of(sentence), context)
        ]
        assert all(one.supported for one in judged)


def test_a_text_without_a_finished_sentence_is_an_error(contexts: list[Context]) -> None:
    with pytest.raises(GenerationError, match="scripted finished no sentence: 'It is'"):
        list(
            TunedWriter(ScriptedLanguageModel(["It is"]), KINDS).write(contexts[0], rank=1, seed=0)
        )


def test_a_refused_text_is_written_again_from_another_seed(contexts: list[Context]) -> None:
    seeds: list[int] = []

    class Noting(ScriptedLanguageModel):
        def generate(self, *args: object, seed: int = 0, **others: object):  # type: ignore[override, no-untyped-def]
            seeds.append(seed)
            return super().generate(*args, seed=seed, **others)  # type: ignore[arg-type]

    writer = TunedWriter(Noting(["It is near [1]."]), KINDS)
    (first,), (second,) = (
        writer.write(contexts[0], rank=1, seed=5),
        writer.repair(contexts[0], [], rank=1, seed=5),
    )
    assert second.endswith(first)  # behind another beginning
    assert len(set(seeds)) == 2  # its beginning is tried with the seed of the text


def adapter_folder(folder: Path, **changes: str) -> Path:
    """A finished adapter with files of no use."""
    folder.mkdir()
    files = {}
    for name in ("adapter.gguf", "README.md"):
        (folder / name).write_bytes(name.encode())
        files[name] = {"size_bytes": len(name), "sha256": hashlib.sha256(name.encode()).hexdigest()}
    about = {"kind": "writer", "base": "smollm2", "prompt_form": PROMPT_FORM, **changes}
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "about": about, "files": files}))
    return folder


def test_an_adapter_is_read_for_the_engine_that_it_has_a_file_for(tmp_path: Path) -> None:
    found = adapter.read(adapter_folder(tmp_path / "films"))
    assert found.gguf == tmp_path / "films" / "adapter.gguf"
    with pytest.raises(
        ArtifactError, match=r"has no adapter_model.safetensors: .* use it with --lm smollm2"
    ):
        _ = found.peft
    with pytest.raises(
        ArtifactError,
        match=r"has no adapter.gguf: .* use the adapter with --lm transformers:smollm2",
    ):
        _ = replace(found, files=frozenset()).gguf


def test_an_adapter_that_is_unfinished_changed_or_for_other_prompts_is_refused(
    tmp_path: Path,
) -> None:
    with pytest.raises(
        ArtifactError, match=r"does not exist; make it again with `recsys-rag finetune writer`"
    ):
        adapter.read(tmp_path / "nowhere")
    unfinished = adapter_folder(tmp_path / "unfinished")
    (unfinished / "manifest.json").unlink()
    with pytest.raises(
        ArtifactError, match=r"has no manifest.json, so it is not a finished adapter"
    ):
        adapter.read(unfinished)
    changed = adapter_folder(tmp_path / "changed")
    (changed / "adapter.gguf").write_bytes(b"other")
    with pytest.raises(
        ArtifactError, match=r"adapter.gguf is not the file that manifest.json names"
    ):
        adapter.read(changed)
    with pytest.raises(
        ArtifactError, match=rf"prompts of the form facts-0, this version has {PROMPT_FORM}"
    ):
        adapter.read(adapter_folder(tmp_path / "old", prompt_form="facts-0"))
    (changed / "manifest.json").write_text("{}")
    with pytest.raises(ArtifactError, match=r"is damaged \(KeyError: 'about'\)"):
        adapter.read(changed)


def test_an_adapter_goes_with_the_model_that_it_was_trained_for_only(tmp_path: Path) -> None:
    folder = adapter_folder(tmp_path / "films", base="openai-community/gpt2")
    with pytest.raises(
        SettingsError, match=r"was trained for openai-community/gpt2, not for smollm2; give --lm"
    ):
        build.language_model("smollm2", adapter=str(folder))
    with pytest.raises(SettingsError, match=r"an adapter cannot be given to a server"):
        build.language_model("openai:openai-community/gpt2@http://localhost", adapter=str(folder))


def test_auto_is_the_adapter_that_comes_with_the_package_for_this_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SHIPPED", tmp_path)
    assert build.adapter_folder("auto", "smollm2") is None
    folder = adapter_folder(tmp_path / "smollm2-writer")
    assert build.adapter_folder("auto", "smollm2") == folder
    assert build.adapter_folder("auto", "openai:gpt@http://localhost") is None
    assert build.adapter_folder("none", "smollm2") is None
    assert build.adapter_folder("mine", "smollm2") == Path("mine")


def test_what_comes_with_the_package_is_for_the_tuned_writer_alone() -> None:
    def loaded(**generate: str) -> str:
        return build.writing_adapter(with_changes(Settings(), {"generate": generate}))

    assert [loaded(writer=one) for one in ("auto", "tuned")] == ["none", "auto"]
    assert [loaded(writer=one) for one in ("clauses", "free", "seed")] == ["none"] * 3
    assert loaded(writer="clauses", adapter="mine") == "mine"


def test_a_model_with_an_adapter_writes_tuned_and_tuned_needs_one() -> None:
    films = str(build.adapter_folder("auto", "smollm2"))

    def writer(**generate: str) -> str:
        return build.writer(
            with_changes(Settings(), {"generate": generate}), ScriptedLanguageModel()
        ).name

    assert writer(adapter=films) == "tuned"
    assert writer(adapter=films, writer="clauses") == "clauses"
    assert writer(adapter="none") == "clauses"
    with pytest.raises(SettingsError, match=r"generate.writer is tuned, but there is no adapter"):
        writer(adapter="none", writer="tuned")


def known(context: Context) -> list[Phrase]:
    """What a tuned writer has learned to say of the first fact at the beginning of a text."""
    first = context.evidence[0]
    bank = KINDS[first.kind].phrases
    phrases = filled(bank.opens, fields_of(first, context, KINDS))
    return [one for one in phrases if one.form in trained_forms(bank)]


def test_a_text_that_begins_as_another_of_the_list_is_begun_in_words_that_the_model_knows(
    contexts: list[Context],
) -> None:
    model = ScriptedLanguageModel(["On the whole it is near [1]."] * 3)
    writer = TunedWriter(model, KINDS)

    def written() -> str:
        return " ".join(writer.write(contexts[0], rank=1, seed=0))

    assert written() == "On the whole it is near [1]."
    begun = written().removesuffix(" On the whole it is near [1].")
    assert model.prompts[-1].raw.endswith(f"Text: {begun}")
    assert any(one.text.startswith(f"{begun} ") for one in known(contexts[0]))


def test_no_opening_is_had_three_times_before_all_that_are_known_were_had_twice(
    contexts: list[Context],
) -> None:
    writer = TunedWriter(ScriptedLanguageModel(["On the whole it is near [1]."] * 99), KINDS)
    names = [contexts[0].candidate.name, *names_of(contexts[0].evidence)]
    openings = {beginning_of(one.text, names)[1] for one in known(contexts[0])} | {"on the"}
    texts = [
        " ".join(writer.write(contexts[0], rank=1, seed=seed)) for seed in range(2 * len(openings))
    ]
    assert Counter(beginning_of(text, names)[1] for text in texts) == dict.fromkeys(openings, 2)
    assert len(openings) > 2


def test_texts_that_differ_in_names_and_numbers_alone_begin_alike(contexts: list[Context]) -> None:
    liked = [
        Context(one.candidate, [piece for piece in one.evidence if piece.kind == "influence"])
        for one in contexts
    ]
    liked = [one for one in liked if one.evidence][:3]
    titles = [one.evidence[0].fact.names[0].text for one in liked]
    assert len(set(titles)) > 1
    for said in (
        "From {}, which you gave a 4, it is here [1].",
        "Your {} is one reason for it [1].",
    ):
        model = ScriptedLanguageModel([said.format(one) for one in (*titles, *titles)])
        writer = TunedWriter(model, KINDS)
        for one in liked:
            list(writer.write(one, rank=1, seed=0))
        begun = [prompt.raw.rpartition("Text:")[2] for prompt in model.prompts]
        assert begun[0] == begun[1] == "", (
            "the first text, and the second as the model would begin it"
        )
        assert begun[2] != "", "the second text, begun for the model"


def test_the_tuned_writer_has_a_temperature_of_its_own(contexts: list[Context]) -> None:
    heard, films = list[float](), str(build.adapter_folder("auto", "smollm2"))

    class Noting(ScriptedLanguageModel):
        def generate(self, *args: object, temperature: float = 1.0, **others: object):  # type: ignore[override, no-untyped-def]
            heard.append(temperature)
            return super().generate(*args, temperature=temperature, **others)  # type: ignore[arg-type]

    settings = with_changes(
        Settings(), {"generate": {"tuned_temperature": 0.1, "temperature": 0.9}}
    )
    for name in ("tuned", "free"):
        chosen = with_changes(settings, {"generate": {"writer": name, "adapter": films}})
        list(build.writer(chosen, Noting(["It is near [1]."])).write(contexts[0], rank=1, seed=0))
    assert (heard[0], heard[-1]) == (0.1, 0.9)


# kinds that are newer than the shipped writer: its texts do without them, and say so
UNTAUGHT = (
    *("premise", "mood", "shared", "content", "setting", "column", "record"),
    *("influence", "neighbors", "predicted", "like", "words"),  # in another form than it was taught
)


def test_the_shipped_writer_knows_the_built_in_kinds_in_the_form_that_they_have_now() -> None:
    folder = build.adapter_folder("auto", "smollm2")
    assert folder is not None
    here = {name: fingerprint(kind) for name, kind in KINDS.items() if name not in UNTAUGHT}
    taught = adapter.known_kinds(folder)
    assert {name: form for name, form in taught.items() if name not in UNTAUGHT} == here


def test_the_files_of_the_shipped_writer_are_those_that_its_manifest_names() -> None:
    folder = build.adapter_folder("auto", "smollm2")
    assert folder is not None
    assert adapter.read(folder).folder == folder


def test_a_kind_in_another_form_is_one_that_the_writer_does_not_know(tmp_path: Path) -> None:
    """As many fields, but one has another name in the prompt."""
    genre = KINDS["genre"]
    renamed = replace(genre.phrases, prompt_name="kind of film")
    assert fingerprint(replace(genre, phrases=renamed)) != fingerprint(genre)
    taught = {name: fingerprint(kind) for name, kind in KINDS.items()} | {"genre": "of long ago"}
    folder = adapter_folder(tmp_path / "old", kinds=taught)  # type: ignore[arg-type]
    writer = of_adapter(ScriptedLanguageModel(["It is [1]."]), folder, KINDS, temperature=0.3)
    shapes = by_hand(made_up_movies())
    candidate = candidate_of(made_up_movies(), 11)
    context = Context(candidate, (shapes["genre"], shapes["popularity"]))
    assert list(writer.write(context, rank=1, seed=0)) == ["It is [2]."]
    assert list(writer.write(Context(candidate, (shapes["genre"],)), rank=1, seed=0)) == []
    assert "facts of kind genre" in writer.left_out(context)


def test_an_adapter_that_does_not_say_what_it_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        ArtifactError, match=r"does not say which kinds of fact it knows; make it again with"
    ):
        adapter.known_kinds(adapter_folder(tmp_path / "silent"))
