"""A Spark cluster of two workers on this machine, where Java and pyspark are."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_PATIENCE = 120.0  # seconds for a JVM to start on a busy machine


@dataclass
class Cluster:
    """A master and its workers, processes of their own, each the leader of its group."""

    master: str
    folder: Path
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, kind: str, *options: str) -> subprocess.Popen[bytes]:
        """Start a master or worker; its log is in the folder."""
        log = self.folder / f"{kind}-{len(self.processes)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [
                    f"{self.environment['SPARK_HOME']}/bin/spark-class",
                    f"org.apache.spark.deploy.{kind.lower()}.{kind}",
                    *options,
                ],
                env=self.environment,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        end = time.monotonic() + _PATIENCE
        started = b"have been elected leader" if kind == "Master" else b"Successfully registered"
        while started not in log.read_bytes():
            assert time.monotonic() < end, f"{log}: {log.read_text()}"
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker of one core."""
        options = ("--cores", "1", "--memory", "1g", "--host", "127.0.0.1", "--webui-port", "0")
        return self.start("Worker", *options, "--work-dir", str(self.folder / "work"), self.master)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process and its executors, at once and without a farewell."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A standalone cluster of two workers on loopback."""
    if shutil.which("java") is None:
        pytest.skip("Java is not here; install it: apt-get install default-jre-headless")
    try:
        import pyspark
    except ImportError:
        pytest.skip("pyspark is not here; install it: make test-spark")
    port = _free_port()
    home = str(Path(pyspark.__file__).parent)
    environment = {**os.environ, "SPARK_HOME": home, "SPARK_LOCAL_IP": "127.0.0.1"}
    folder = tmp_path_factory.mktemp("cluster")
    made = Cluster(f"spark://127.0.0.1:{port}", folder, environment)
    try:
        made.start("Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        made.start_worker()
        made.start_worker()
        yield made
    finally:
        for process in made.processes:
            if process.poll() is None:
                made.kill(process)


@pytest.fixture(scope="session")
def spark(cluster: Cluster) -> Iterator[Any]:
    """A session on the cluster, which all tests share: it takes a while to start."""
    from recsys_rag._engine.spark import session

    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_SUBMIT_ARGS"] = "--conf spark.ui.enabled=false pyspark-shell"
    made = session(cluster.master)
    made.sparkContext.setLogLevel("ERROR")
    yield made
    made.stop()
