"""Figures for Prometheus, on a listener of their own, of all worker processes together."""

import os
import tempfile
from pathlib import Path
from typing import Any

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


def shared_folder() -> Path:
    """Have all processes that are started from here on count in one folder. Call before `Metrics`
    is made for the first time."""
    if _FOLDER not in os.environ:
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="recsys-rag-metrics-")
    return Path(os.environ[_FOLDER])


def listen(host: str, port: int) -> Any:
    """Serve the figures of all processes; returns the server, which has `shutdown`."""
    from prometheus_client import CollectorRegistry, start_http_server
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    server, _ = start_http_server(port, host, registry)
    return server


class Metrics:
    """What one process counts."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        registry = CollectorRegistry()
        self._requests = Counter(
            "recsys_rag_requests",
            "Requests, by call and status.",
            ("method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "recsys_rag_request_seconds",
            "How long an answer took, in seconds, its stream included.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._of_calls: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._feedback = Counter(
            "recsys_rag_feedback", "Feedback written down.", ("kind",), registry=registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        method = method if method in ("GET", "HEAD", "POST", "PUT", "DELETE") else "other"
        about = method, route, status
        if about not in self._of_calls:
            counted = self._requests.labels(method, route, str(status))
            self._of_calls[about] = counted, self._seconds.labels(method, route)
        requests, all_seconds = self._of_calls[about]
        requests.inc()
        all_seconds.observe(seconds)

    def count_feedback(self, kind: str) -> None:
        """Count what a person said."""
        self._feedback.labels(kind).inc()
