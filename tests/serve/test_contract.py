"""The OpenAPI description, held against the service by schemathesis, and what it promises."""

from collections.abc import Callable
from typing import Any

import pytest

schemathesis = pytest.importorskip("schemathesis", reason="see requirements-dev.txt")

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402
from hypothesis.errors import Unsatisfiable  # noqa: E402
from starlette.testclient import TestClient  # noqa: E402

from recsys_rag._serve.app import make_app  # noqa: E402
from recsys_rag._serve.service import Service  # noqa: E402


def document(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/openapi.json").json())


def test_every_call_is_described_with_its_problems(client: TestClient) -> None:
    for path, calls in document(client)["paths"].items():
        for method, call in calls.items():
            assert call["summary"], (path, method)
            assert call["description"], (path, method)
            assert {"4XX", "5XX"} <= set(call["responses"]), (path, method)
            assert "422" not in call["responses"]


def test_every_schema_that_is_referred_to_is_there(client: TestClient) -> None:
    described = document(client)
    text = str(described)
    names = {part.split("'")[0] for part in text.split("#/components/schemas/")[1:]}
    assert names
    assert names <= set(described["components"]["schemas"])
    assert "$defs" not in text


def test_the_page_of_the_calls_has_them_all_and_loads_nothing(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path in document(client)["paths"]:
        assert path in page.text
    assert "<script" not in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text


def cases_of(app: Any, n: int, by: int | None = None) -> int:
    """Ask every call of the description n times as it is described and n times as it is not, by
    this seed, or the same each time; no answer is of 5xx or outside the schema. Return how many
    answers there were."""
    n_answers = 0
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    failures = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path.endswith(":refit") or operation.method.upper() == "DELETE":
            continue  # each would start a process; they have tests of their own

        for mode in schemathesis.GenerationMode:

            @settings(
                max_examples=n,
                derandomize=by is None,
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.explicit, Phase.generate],
            )
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case: Any) -> None:
                nonlocal n_answers
                answer = case.call()
                if answer.status_code != 413:  # some bodies have 70 MB, whatever else is wrong
                    case.validate_response(answer, excluded_checks=_NOT_CHECKED)
                n_answers += 1

            try:
                (ask if by is None else seed(by)(ask))()
            except Unsatisfiable:  # nothing in this call can be otherwise than described
                continue
            except Exception as error:
                failures.append(f"{operation.label} ({mode}): {error}")
    assert not failures, "\n\n".join(failures)
    return n_answers


def _not_checked() -> list[Any]:
    """Checks of what this API has otherwise on purpose."""
    from schemathesis.checks import load_all_checks
    from schemathesis.specs.openapi import checks

    load_all_checks()
    return [
        checks.positive_data_acceptance,  # ids and titles of the schema are not all in the catalog
        checks.ensure_resource_availability,
        checks.use_after_free,
        checks.missing_required_header,
    ]


_NOT_CHECKED = _not_checked()


def test_answers_are_as_they_are_described(
    database_url: str, make_service: Callable[..., Service]
) -> None:
    assert cases_of(make_app(make_service(database_url)), 3) > 45


@pytest.mark.study
@pytest.mark.parametrize("by", range(3))
def test_many_answers_are_as_they_are_described(
    database_url: str,
    make_service: Callable[..., Service],
    by: int,
    record_property: Callable[[str, object], None],
) -> None:
    n_answers = cases_of(make_app(make_service(database_url)), 80, by)
    record_property("cases", n_answers)
    assert n_answers > 3_333
