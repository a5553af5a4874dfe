"""The manifests run the processes that the code has, as the code needs it."""

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import typer

from ops.cli.main import app
from services.notify.mail import worker as mail_worker
from services.notify.mail.settings import NotifySettings
from services.portal.app import ROUTERS
from services.portal.settings import PortalSettings
from shared.contracts.topics import OPTIONAL, PROCESSES, STARTED
from shared.monitoring.processes import parse_targets
from shared.runtime.http import serving
from shared.runtime.http.health import CHECK_SECONDS
from shared.runtime.kafka import consumer, publisher
from shared.runtime.secrets import is_secret
from shared.runtime.settings import Settings
from tests.kubernetes.overlays import FOLDER, OVERLAYS, named, rendered, settings_of
from tests.kubernetes.rendering import containers

PERFORMANCE = Path(__file__).parents[2] / "docs" / "performance.md"
RUNS = {"small": {*STARTED}, "production": {*PROCESSES}}
# The Secrets of jobs: an administrator's, and the passwords that it gives to users.
ADMINISTRATORS = {"setup": {"setup"}, "rights": {"setup", "users"}}
KINDS: dict[str, type[Settings]] = {"portal": PortalSettings, "notify": NotifySettings}


def pods(overlay: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The pods of all processes and of the set-up."""
    for kind in ("Deployment", "Job"):
        for name, resource in named(overlay, kind).items():
            yield name, resource["spec"]["template"]["spec"]


def container(overlay: str, name: str) -> dict[str, Any]:
    (found,) = containers(named(overlay, "Deployment")[name])
    return found


def environment(overlay: str, name: str, pod: dict[str, Any]) -> dict[str, str]:
    """The variables of a pod; a secret has the value that a reader may see."""
    (one,) = pod["containers"]
    own = {each["name"]: each.get("value", "hidden") for each in one["env"]}
    return settings_of(overlay) | own


def names_of(kind: type[Settings]) -> set[str]:
    fields = kind.model_fields.items()
    names = {f"WAYBILL_{name}".upper() for name, _ in fields}
    return names | {f"WAYBILL_{name}_FILE".upper() for name, field in fields if is_secret(field)}


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_runs(overlay: str) -> None:
    assert named(overlay, "Deployment").keys() == RUNS[overlay]
    assert named(overlay, "PodDisruptionBudget").keys() == RUNS[overlay]
    assert set(PROCESSES) - set(STARTED) == set(OPTIONAL)
    for name in RUNS[overlay]:
        assert container(overlay, name)["command"] == ["python", "-m", f"services.{name}.app"]
        assert find_spec(f"services.{name}.app")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_variable_is_a_setting(overlay: str) -> None:
    every = names_of(Settings) | names_of(PortalSettings) | names_of(NotifySettings)
    assert settings_of(overlay).keys() <= every
    for name, pod in pods(overlay):
        (one,) = pod["containers"]
        own = {each["name"] for each in one["env"]}
        assert own <= names_of(KINDS.get(name, Settings)), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_process_accepts_its_settings(
    overlay: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With secrets in files where the manifests mount them."""
    for secret in ("mongo", "kafka-password", "ca.pem"):
        (tmp_path / secret).write_text("mongodb://user:secret@mongo/?replicaSet=rs0\n")
    for name, pod in pods(overlay):
        with monkeypatch.context() as patch:
            for variable, value in environment(overlay, name, pod).items():
                mounted = re.sub(r"^/(run/waybill|etc/waybill-authority)/", f"{tmp_path}/", value)
                patch.setenv(variable, mounted)
            settings = KINDS.get(name, Settings)()
        assert settings.kafka_password, name
        assert "secret" in settings.mongo.get_secret_value(), name
        assert settings.kafka_security == "SASL_SSL"
        assert settings.http_host == ("127.0.0.1" if name in ADMINISTRATORS else "0.0.0.0")


def test_the_commented_settings_exist_too() -> None:
    """An overlay's file also shows settings that are off."""
    every = names_of(PortalSettings) | names_of(NotifySettings)
    for overlay in OVERLAYS:
        file = FOLDER / overlay / "settings.env"
        assert set(re.findall(r"^(?:# )?(WAYBILL_\w+)=", file.read_text(), re.M)) <= every


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_page_health_finds_every_process(overlay: str) -> None:
    services = named(overlay, "Service")
    watched = parse_targets(settings_of(overlay)["WAYBILL_PORTAL_WATCHES"])
    assert {each.name for each in watched} == RUNS[overlay]
    for each in watched:
        spec = services[each.host]["spec"]
        assert spec["clusterIP"] == "None", "a name for every instance, not for one of them"
        assert spec["selector"] == {"app.kubernetes.io/name": each.name}
        assert [port["port"] for port in spec["ports"]] == [each.port]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_probes_ask_where_the_code_answers(overlay: str) -> None:
    routes = {route.path for router in ROUTERS for route in router.routes}
    for name in RUNS[overlay]:
        one = container(overlay, name)
        port = {each["name"]: each["containerPort"] for each in one["ports"]}["http"]
        variables = {each["name"]: each.get("value") for each in one["env"]}
        assert str(port) == variables["WAYBILL_HTTP_PORT"]
        probes = {each: one[f"{each}Probe"] for each in ("startup", "liveness", "readiness")}
        paths = {each: probe["httpGet"]["path"] for each, probe in probes.items()}
        # Readiness must not end a process: one that waits for an engine isn't broken.
        assert paths == {
            "startup": "/health/live",
            "liveness": "/health/live",
            "readiness": "/health/ready",
        }
        assert set(paths.values()) <= routes
        assert {probe["httpGet"]["port"] for probe in probes.values()} == {"http"}
        # Two checks, of Kafka and of MongoDB, one after the other.
        assert probes["readiness"]["timeoutSeconds"] > 2 * CHECK_SECONDS


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_process_may_stop_in_its_own_time(overlay: str) -> None:
    """Requests, the batch in hand, records of two publishers, emails that wait for an answer."""
    longest = (
        serving.FINISH_SECONDS
        + consumer.GIVE_UP_SECONDS
        + 2 * publisher.REQUEST_MS / 1000
        + mail_worker.FINISH_SECONDS
    )
    for name, deployment in named(overlay, "Deployment").items():
        pod = deployment["spec"]["template"]["spec"]
        before = pod["containers"][0].get("lifecycle", {}).get("preStop", {}).get("exec", {})
        waits = float(before["command"][1]) if before else 0
        assert pod["terminationGracePeriodSeconds"] >= longest + waits, name
    assert "lifecycle" in container(overlay, "portal"), "proxies need time to notice"


def measured_megabytes() -> dict[str, float]:
    """The most that docs/performance.md says of one process, by name."""
    found: dict[str, float] = {}

    def add(name: str, text: str) -> None:
        if name in PROCESSES:
            found[name] = max(found.get(name, 0), float(text))

    text = PERFORMANCE.read_text(encoding="utf-8")
    for name, one in re.findall(r"^\| megabytes (\w+) \| ([\d.]+) \|", text, re.M):
        add(name, one)
    (table,) = re.findall(r"figures: starts megabytes -->(.*?)<!-- end", text, re.S)
    for name, started, after in re.findall(r"^\| (\w+) \| ([\d.]+) \| ([\d.]+) \|", table, re.M):
        add(name, started)
        add(name, after)
    largest = re.search(r"largest service, MB; the portal, MB \| (\d+); (\d+)", text)
    assert largest
    add("order", largest[1])
    add("portal", largest[2])
    return found


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_memory_is_asked_for_as_measured(overlay: str) -> None:
    measured = measured_megabytes()
    assert measured.keys() == {*STARTED}, "nobody has measured the others"
    for name, megabytes in measured.items():
        memory = container(overlay, name)["resources"]
        assert mebibytes(memory["requests"]["memory"]) * 1.048576 >= megabytes, name
        assert mebibytes(memory["limits"]["memory"]) * 1.048576 >= 2 * megabytes, name
        assert "cpu" not in memory["limits"], "a process that is throttled misses heartbeats"


def mebibytes(text: str) -> float:
    assert text.endswith("Mi")
    return float(text.removesuffix("Mi"))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_no_pod_has_a_right_that_it_doesnt_need(overlay: str) -> None:
    for name, pod in pods(overlay):
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        (one,) = pod["containers"]
        assert one["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"hostNetwork", "hostPID", "hostIPC"}.isdisjoint(pod)
        assert not [each for each in pod["volumes"] if "hostPath" in each]


def test_the_user_is_the_images() -> None:
    image = (Path(__file__).parents[2] / "Dockerfile").read_text(encoding="utf-8")
    user = re.search(r"^USER (\d+)$", image, re.M)
    assert user
    for name, pod in pods("production"):
        assert pod["securityContext"]["runAsUser"] == int(user[1]), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_everybody_has_the_secrets_of_nobody_else(overlay: str) -> None:
    for name, pod in pods(overlay):
        mounted = [each["secret"]["secretName"] for each in pod["volumes"] if "secret" in each]
        named_here = [
            each["valueFrom"]["secretKeyRef"]["name"]
            for each in pod["containers"][0]["env"]
            if "valueFrom" in each
        ]
        assert {*mounted, *named_here} == ADMINISTRATORS.get(name, {name})
    assert not named(overlay, "Secret"), "no secret belongs in the repository"


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_files_are_named_where_they_are_mounted(overlay: str) -> None:
    for name, pod in pods(overlay):
        (one,) = pod["containers"]
        mounts = {each["mountPath"]: each["name"] for each in one["volumeMounts"]}
        assert {*mounts.values()} == {each["name"] for each in pod["volumes"]}, name
        files = [value for value in environment(overlay, name, pod).values() if value[0] == "/"]
        assert files
        assert {str(Path(file).parent) for file in files} <= mounts.keys(), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_jobs_run_commands_that_exist(overlay: str) -> None:
    for name, job in named(overlay, "Job").items():
        program, command, *options = containers(job)[0]["command"]
        assert program == "waybill"
        known = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
        with known.make_context(command, list(options)) as context:
            assert context.params, name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_resource_belongs_to_somebody(overlay: str) -> None:
    """Selectors of budgets, services and policies name pods that exist."""
    labels = [
        resource["spec"]["template"]["metadata"]["labels"]
        for kind in ("Deployment", "Job")
        for resource in named(overlay, kind).values()
    ]
    for each in rendered(overlay):
        spec = each.get("spec", {})
        wanted = {
            "Service": spec.get("selector"),
            "PodDisruptionBudget": spec.get("selector", {}).get("matchLabels"),
            "NetworkPolicy": spec.get("podSelector", {}).get("matchLabels"),
        }.get(each["kind"])
        if wanted:
            assert [own for own in labels if wanted.items() <= own.items()], each["metadata"]
