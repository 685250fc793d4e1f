"""Runs studies of the service (tests of the marker `study`), and writes down what they counted.

    python benchmarks/service_studies.py contract "test_many_answers and sqlite"

Takes a name for the result and an expression of pytest that chooses the studies; each takes
minutes.
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from record import record


def main() -> None:
    name, chosen = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-n", "0", "-m", "study", "tests/serve"]
        command += ["-o", "junit_family=xunit1"]
        done = subprocess.run([*command, "-k", chosen, f"--junitxml={report}"])
        studies = {
            case.get("name"): {
                "passed": case.find("failure") is None and case.find("error") is None,
                "seconds": round(float(case.get("time", 0)), 1),
                **{one.get("name"): one.get("value") for one in case.iter("property")},
            }
            for case in ElementTree.parse(report).iter("testcase")
        }
    record(f"service-study-{name}", studies, "studies of tests/serve, by marker and name")
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
