"""A whole training in seconds: `python tiny_run.py BASE OUT` trains a writer for a tiny random
model on made-up data."""

import sys
from pathlib import Path

from recsys_rag.lab.finetune.train import TrainSettings
from recsys_rag.lab.finetune.writer import WriterSettings, tune_writer
from recsys_rag.testing.datasets import made_up_movies


def settings(base: Path) -> WriterSettings:
    train = TrainSettings(
        rounds=(6, 3, 3),
        batch=2,
        warmup=2,
        validate_every=4,
        seed=3,
        seconds_between_checkpoints=0.0,
    )
    return WriterSettings(
        base=str(base),
        rank=4,
        alpha=8,
        domains_share=0.0,
        own_texts=3,
        validation=4,
        test=3,
        train=train,
    )


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    tune_writer(
        made_up_movies(n_users=200),
        Path(sys.argv[2]),
        settings(Path(sys.argv[1])),
        command="a test",
        tell=lambda sentence: None,
        on_step=lambda done, total, loss: None,
    )
