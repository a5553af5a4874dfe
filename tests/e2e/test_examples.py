"""The examples in Java and JavaScript do what they say, on a running system."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.system import System
from tests.polling import eventually
from tests.processes import PROJECT

pytestmark = pytest.mark.engines

EXAMPLES = PROJECT / "examples"
FETCH_SECONDS = 240
PATIENCE = 150.0  # a busy machine starts a JVM and joins a group slowly


@dataclass(frozen=True)
class Example:
    """The programs in one language, and how each is started."""

    folder: Path
    program: Callable[[str], list[str]]

    def command(self, name: str, *arguments: str) -> list[str]:
        return [*self.program(name), *arguments]


def javascript(folder: Path) -> Example:
    """Fetches the packages of the lock file."""
    _fetch(folder, ["npm", "ci", "--ignore-scripts", "--prefer-offline"])
    return Example(folder, lambda name: ["node", f"{name}.mjs"])


def java(folder: Path) -> Example:
    """Compiles the programs, and fetches the jars that the pom names."""
    _fetch(folder, ["mvn", "--batch-mode", "--quiet", "compile", "dependency:copy-dependencies"])

    def program(name: str) -> list[str]:
        kind = "".join(map(str.capitalize, name.split("-")))
        return ["java", "-cp", "target/classes:target/lib/*", kind]

    return Example(folder, program)


NEEDED = {"javascript": ("node", "npm"), "java": ("java", "javac", "mvn")}
MAKE = {"javascript": javascript, "java": java}


def _fetch(folder: Path, command: list[str]) -> None:
    """Runs a build; skips the test if packages can't be fetched, fails if it goes wrong itself."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"{command[0]} fetched no packages within {FETCH_SECONDS} s")
    said = done.stdout + done.stderr
    unreachable = ("ENOTFOUND", "ECONNREFUSED", "EAI_AGAIN", "ETIMEDOUT", "Could not transfer")
    if done.returncode and any(word in said for word in unreachable):
        pytest.skip(f"{command[0]} can't reach its packages: {said.strip().splitlines()[0]}")
    assert done.returncode == 0, said


@pytest.fixture(scope="module", params=sorted(MAKE))
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Example:
    """A copy of the example of each language, built."""
    language: str = request.param
    if missing := [tool for tool in NEEDED[language] if not shutil.which(tool)]:
        pytest.skip(f"the example in {language} needs {' and '.join(missing)}")
    folder = tmp_path_factory.mktemp("example") / language
    ignored = shutil.ignore_patterns("node_modules", "target")
    shutil.copytree(EXAMPLES / language, folder, ignore=ignored)
    return MAKE[language](folder)


@pytest.fixture
def environment(system: System) -> dict[str, str]:
    kafka, prefix = system.cluster.engines.kafka, system.cluster.prefix
    return {**os.environ, "WAYBILL_KAFKA": kafka, "WAYBILL_TOPIC_PREFIX": prefix}


def test_example_places_holds_and_ships(
    example: Example, environment: dict[str, str], system: System, order: str, tmp_path: Path
) -> None:
    def run(name: str, *arguments: str) -> tuple[int, str]:
        done = subprocess.run(
            example.command(name, *arguments),
            cwd=example.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        assert done.returncode in (0, 1), done.stdout + done.stderr
        return done.returncode, done.stdout

    group = f"warehouse-{order}"

    @contextmanager
    def consuming(file: Path) -> Iterator[None]:
        with file.open("w") as output:
            process = subprocess.Popen(
                example.command("consume-releases", f"{system.cluster.prefix}{group}"),
                cwd=example.folder,
                env=environment,
                stdout=output,
                stderr=output,
            )
            try:
                yield
            finally:
                process.terminate()
                process.wait(20)

    system.receive("LINEN-DRESS", 10)
    assert run("place-order", order) == (0, f"accepted {order} InProgress\n")
    assert run("place-order", order) == (0, f"accepted {order} InProgress\n")
    system.event(order, "shipment.inventory-assigned")

    assert run("hold-order", order, f"hold-{order}") == (0, f"accepted {order} OnHold\n")
    system.do("order.release-hold", order)
    assert run("hold-order", order, f"hold-{order}") == (0, f"accepted {order} OnHold\n")
    code, said = run("hold-order", f"not-{order}")
    assert (code, said.partition(":")[0]) == (1, "rejected unknown-order")
    assert system.names(order, "order.events").count("held") == 1

    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    system.do("shipment.release", order, "1")
    released = f'"order_id":"{order}"'
    with consuming(first):
        eventually(lambda: released in first.read_text(), within=PATIENCE)
        system.do("order.hold", order)
        eventually(lambda: "waybill.shipment.recalled.v1" in first.read_text(), within=PATIENCE)
        # What is handled may come again until it is committed.
        eventually(lambda: not system.cluster.behind(group, ["warehouse.releases"]))
    with consuming(second):
        system.do("order.release-hold", order)
        eventually(lambda: released in second.read_text(), within=PATIENCE)
    kinds = [line.split()[0] for line in second.read_text().splitlines() if released in line]
    assert kinds == ["waybill.shipment.released.v1"], "it resumes after what it has handled"
