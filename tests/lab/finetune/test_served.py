"""From the command line to a served adapter: trained for a tiny random GPT-2, loaded by the
Transformers backend, verified."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest

from cli.running import run
from lab.finetune.tiny import tiny_model
from recsys_rag import Recommender
from recsys_rag.errors import AssetError
from recsys_rag.lab.transformers_engine import TransformersEngine
from recsys_rag.lab.tuned import adapter
from recsys_rag.settings import Settings, with_changes
from recsys_rag.testing.datasets import made_up_movies

is_installed = all(importlib.util.find_spec(name) for name in ("torch", "transformers", "peft"))
pytestmark = [
    pytest.mark.transformers,
    pytest.mark.skipif(not is_installed, reason="needs: pip install 'recsys-rag[finetune]'"),
    pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing`:FutureWarning"),
]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_model(tmp_path_factory.mktemp("base") / "gpt2")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made-up ratings and items as a person's own tables."""
    folder, films = tmp_path_factory.mktemp("tables"), made_up_movies(n_users=200)
    catalog, rows = films.catalog, films.interactions.tocoo()
    ratings = [
        f"{films.users.id(int(user))},{catalog.items.id(int(item))},{rating:g}"
        for user, item, rating in zip(rows.row, rows.col, rows.data, strict=True)
    ]
    (folder / "ratings.csv").write_text("\n".join(["user_id,item_id,rating", *ratings]) + "\n")
    items = [
        f'{catalog.items.id(place)},"{catalog.titles[place]}",{catalog.year(place)},{"|".join(catalog.genres[place])}'
        for place in range(len(catalog))
    ]
    (folder / "items.csv").write_text("\n".join(["item_id,title,year,genres", *items]) + "\n")
    return folder


@pytest.fixture(scope="module")
def trained(base: Path, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "writer"
    done = run(
        *(
            "finetune",
            "writer",
            "--ratings",
            str(tables / "ratings.csv"),
            "--items",
            str(tables / "items.csv"),
        ),
        *(
            "--base",
            str(base),
            "--out",
            str(out),
            "--steps",
            "3,2",
            "--batch",
            "2",
            "--rank",
            "2",
            "--own-texts",
            "2",
        ),
        *(
            "--test",
            "2",
            "--no-domains",
            "--device",
            "cpu",
            "--precision",
            "f32",
            "--learning-rate",
            "0.02",
        ),
    )
    assert done.exit_code == 0, done.stderr
    assert "5 steps of 2 texts on cpu: about" in done.stderr
    assert f"Saved in {out}" in done.stdout
    return out


def test_the_folder_has_both_forms_a_card_and_the_hash_of_each(trained: Path) -> None:
    found = adapter.read(trained)
    assert found.files == {
        "README.md",
        "adapter.gguf",
        "adapter_config.json",
        "adapter_model.safetensors",
    }
    card = (trained / "README.md").read_text()
    about = json.loads((trained / "manifest.json").read_text())["about"]
    assert f"content hash `{about['data_hash']}`" in card
    assert "5 steps of 2 examples in rounds of 3 + 2" in card
    assert "| perplexity of true texts, trained phrasings |" in card
    assert not (trained.parent / ".writer.training").exists()
    whoever_may_read = {oct(file.stat().st_mode & 0o777) for file in trained.iterdir()}
    assert len(whoever_may_read) == 1, (
        "a service that runs as another user must be able to read all or nothing"
    )


def test_served_it_says_what_the_trained_model_says(base: Path, trained: Path) -> None:
    """Merged by the backend, and as PEFT has it: the same probabilities, and not those of the
    base."""
    import peft
    import torch

    ids = list(range(3, 40))
    probabilities = {}
    for name, over in (("base", None), ("served", trained)):
        engine = TransformersEngine(str(base), device="cpu", gguf_file=None, adapter=over)
        engine.load()
        probabilities[name] = engine.log_probabilities(ids, deadline=float("inf"))
    plain = TransformersEngine(str(base), device="cpu", gguf_file=None)
    plain.load()
    with torch.no_grad():
        logits = peft.PeftModel.from_pretrained(plain.model, str(trained))(
            input_ids=torch.tensor([ids])
        ).logits[0, -1]
    expected = torch.log_softmax(logits.double(), dim=-1).numpy()
    np.testing.assert_allclose(probabilities["served"], expected, atol=1e-4)
    assert np.abs(probabilities["base"] - expected).max() > 1e-3


def test_an_adapter_of_another_model_is_refused(trained: Path, tmp_path: Path) -> None:
    llama = tiny_model(tmp_path / "llama", "llama")
    engine = TransformersEngine(str(llama), device="cpu", gguf_file=None, adapter=trained)
    with pytest.raises(AssetError, match="not an adapter of this model"):
        engine.load()


def test_what_a_bad_writer_says_is_refused_and_the_template_stays(
    base: Path, trained: Path
) -> None:
    generate = {"model": f"transformers:{base}", "adapter": str(trained), "timeout_seconds": 5.0}
    settings = with_changes(Settings(), {"retrieve": {"encoder": "none"}, "generate": generate})
    answer = Recommender(settings).fit(made_up_movies(n_users=200)).recommend(user="7", k=1)
    assert answer.items[0].written_by == "template"
    assert answer.items[0].explanation
    assert answer.model_id == f"transformers:{base}+writer"


def test_training_goes_on_from_an_adapter(
    base: Path, tables: Path, trained: Path, tmp_path: Path
) -> None:
    done = run(
        *(
            "finetune",
            "writer",
            "--ratings",
            str(tables / "ratings.csv"),
            "--items",
            str(tables / "items.csv"),
        ),
        *(
            "--base",
            str(base),
            "--out",
            str(tmp_path / "more"),
            "--steps",
            "1",
            "--batch",
            "2",
            "--rank",
            "2",
        ),
        *("--test", "2", "--no-domains", "--device", "cpu", "--from", str(trained)),
    )
    assert done.exit_code == 0, done.stderr
    card = (tmp_path / "more" / "README.md").read_text()
    assert "Started from the adapter writer; 1 steps" in card
    wrong = run(
        *(
            "finetune",
            "writer",
            "--ratings",
            str(tables / "ratings.csv"),
            "--items",
            str(tables / "items.csv"),
        ),
        *(
            "--base",
            str(base),
            "--out",
            str(tmp_path / "wrong"),
            "--rank",
            "3",
            "--no-domains",
            "--device",
            "cpu",
        ),
        *("--from", str(trained)),
    )
    assert wrong.exit_code == 2
    assert "not an adapter of rank 3" in wrong.stderr
