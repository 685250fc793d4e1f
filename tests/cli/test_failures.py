import errno

import pytest

from recsys_rag import errors as domain
from recsys_rag._cli import failures


@pytest.mark.parametrize("name", [name for name in vars(domain) if name.endswith("Error")])
def test_every_error_of_the_package_stands_in_the_table(name):
    assert getattr(domain, name) in failures.EXIT_CODES


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (domain.DataError("x"), 2),
        (domain.UnknownUserError("x"), 2),
        (domain.UnknownItemError("x"), 2),
        (domain.QueryError("x"), 2),
        (domain.SettingsError("x"), 2),
        (domain.MissingExtraError("x"), 2),
        (domain.EvaluationError("x"), 2),
        (domain.ArtifactError("x"), 2),
        (domain.AssetError("x"), 1),
        (domain.NotFittedError("x"), 1),
        (domain.GenerationError("x"), 1),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.csv"), 2),
        (PermissionError(errno.EACCES, "Permission denied", "a.csv"), 2),
        (OSError(errno.ENOSPC, "No space left on device"), 1),
        (OSError(errno.EIO, "Input/output error"), 1),
        (MemoryError(), 1),
        (ZeroDivisionError("division by zero"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_the_persons_mistake_is_2_ours_is_1_and_an_interrupt_130(error, code):
    assert failures.exit_code(error) == code


def test_a_class_made_from_one_of_ours_gets_its_code():
    class Stricter(domain.DataError):
        pass

    assert failures.exit_code(Stricter("x")) == 2


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            domain.DataError("r.csv: row 3: rating 'five'\nis not a number"),
            "r.csv: row 3: rating 'five' is not a number",
        ),
        (
            OSError(errno.ENOSPC, "No space left on device", "/models/a.npy"),
            "the disk is full: /models/a.npy; free some space and run it again (nothing was left "
            "half-written)",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "r.csv"),
            "permission denied: r.csv; check the path and its permissions",
        ),
        (KeyboardInterrupt(), "interrupted; nothing was left half-written"),
        (
            ZeroDivisionError("division by zero"),
            "unexpected error: ZeroDivisionError: division by zero; run again with --debug and "
            "report it",
        ),
        (MemoryError(), "not enough memory; close other programs, or use a smaller data set"),
    ],
)
def test_every_error_is_told_in_one_sentence(error, told):
    assert failures.sentence(error) == told


def test_the_traceback_is_shown_only_with_debug(capsys):
    try:
        raise domain.DataError("the file is empty")
    except domain.DataError as error:
        failures.failure(error, debug=False).show()
        quiet = capsys.readouterr().err
        failures.failure(error, debug=True).show()
        loud = capsys.readouterr().err
    assert quiet == "recsys-rag: error: the file is empty\n"
    assert "Traceback" in loud
    assert loud.endswith(quiet)
