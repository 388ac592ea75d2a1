"""The Kubernetes files: sound by the schemas, held back as far as can be, and ready to lose a worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from checked import DEPLOY, check
from rendered import BASE, EXAMPLE, Peer, may, of_kind, rendered

NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"
WORKERS = ("medpath-rasa", "medpath-actions")
RASA = Peer({NAME: "medpath", COMPONENT: "rasa"})
ACTIONS = Peer({NAME: "medpath", COMPONENT: "actions"})
STRANGER = Peer({NAME: "somebody-else"})
NAMES = Peer({"k8s-app": "kube-dns"}, "kube-system")
MONITORING = Peer({NAME: "prometheus"}, "monitoring")
CONTROLLER = Peer({NAME: "traefik"}, "traefik")
DATABASE, REDIS, SLACK = Peer(address="10.20.0.10"), Peer(address="10.20.0.20"), Peer(address="3.68.170.1")


def pod_of(deployment: str) -> dict[str, Any]:
    spec = of_kind("Deployment")[deployment]["spec"]["template"]["spec"]
    assert isinstance(spec, dict)
    return spec


@pytest.mark.parametrize("folder", [BASE, EXAMPLE], ids=["base", "example"])
@pytest.mark.parametrize("version", ["1.29", "1.37"])
def test_objects_keep_to_the_schemas(folder: Path, version: str, tmp_path: Path) -> None:
    """The oldest Kubernetes that docs/deploying.md names takes them as they are, and so does the newest."""
    file = tmp_path / "objects.yml"
    file.write_text(check("kubectl", "kustomize", folder))
    told = check("kubernetes-validate", "--strict", "-k", version, file)
    assert told.count("INFO") == len(rendered(str(folder)))
    assert "WARN" not in told


def test_yaml_is_tidy() -> None:
    """Nothing is written twice in an object, and lines can be read."""
    files = (DEPLOY / "kubernetes", *sorted(DEPLOY.glob("*.yml")))
    check("yamllint", "--strict", "-c", DEPLOY / "checks" / "yamllint.yml", *files)


def test_no_secret_is_in_the_files() -> None:
    """Secrets are named and never held; what a worker needs of them is all that it is given."""
    assert of_kind("Secret") == {}
    given = {
        name: {entry["name"]: entry["valueFrom"]["secretKeyRef"]["key"] for entry in pod["containers"][0]["env"]}
        for name, pod in ((name, pod_of(name)) for name in WORKERS)
    }
    assert all(variable == key for worker in given.values() for variable, key in worker.items())
    needed = {"MEDPATH_DATABASE_URL", "MEDPATH_ACTIONS_SECRET", "MEDPATH_METRICS_TOKEN"}
    assert set(given["medpath-actions"]) == needed
    assert set(given["medpath-actions"]) < set(given["medpath-rasa"])


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_has_no_rights(name: str) -> None:
    """The restricted standard of Kubernetes, which the example's namespace enforces, and a read-only file system."""
    pod = pod_of(name)
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"]
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert not pod["automountServiceAccountToken"]
    assert [mount["mountPath"] for mount in container["volumeMounts"]] == ["/tmp"]
    assert {"cpu", "memory"} <= set(container["resources"]["limits"])


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_is_asked_how_it_is(name: str) -> None:
    """It gets nothing before it answers, is left out when it does not, and is started again when that lasts."""
    (container,) = pod_of(name)["containers"]
    probes = {probe: container[probe] for probe in ("startupProbe", "readinessProbe", "livenessProbe")}
    assert all(probe["httpGet"] == {"path": "/health", "port": "http"} for probe in probes.values())
    patience = {name: probe["periodSeconds"] * probe["failureThreshold"] for name, probe in probes.items()}
    assert patience["readinessProbe"] < patience["livenessProbe"] < patience["startupProbe"]


@pytest.mark.parametrize("name", WORKERS)
def test_no_capacity_is_lost_on_the_way(name: str) -> None:
    """Neither a rollout nor a drained node takes more than one worker at a time, and that one finishes its answers."""
    deployment = of_kind("Deployment")[name]["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    assert "replicas" not in deployment  # each apply would undo what the autoscaler has done
    scaler, budget = of_kind("HorizontalPodAutoscaler")[name]["spec"], of_kind("PodDisruptionBudget")[name]["spec"]
    assert scaler["minReplicas"] >= 2
    assert scaler["scaleTargetRef"]["name"] == name
    assert budget["maxUnavailable"] == 1
    assert budget["selector"] == deployment["selector"]
    pod = pod_of(name)
    waits = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod["terminationGracePeriodSeconds"] >= waits + 25 + 10


@pytest.mark.parametrize("name", WORKERS)
def test_the_service_finds_its_workers(name: str) -> None:
    """A label that is spelled otherwise on one side would leave the service without anybody."""
    service, deployment = of_kind("Service")[name]["spec"], of_kind("Deployment")[name]["spec"]
    assert service["selector"].items() <= deployment["template"]["metadata"]["labels"].items()
    (port,) = service["ports"]
    (open_port,) = pod_of(name)["containers"][0]["ports"]
    assert port["targetPort"] == open_port["name"]
    assert port["port"] == open_port["containerPort"]


def test_rasa_servers_know_where_the_action_servers_are() -> None:
    """The address that they are started with is that of the service."""
    arguments = pod_of("medpath-rasa")["containers"][0]["args"]
    assert arguments[arguments.index("--actions") + 1] == "http://medpath-actions:5055"


@pytest.mark.parametrize(
    ("caller", "called", "port"),
    [
        (CONTROLLER, RASA, 5005),
        (RASA, ACTIONS, 5055),
        (RASA, DATABASE, 5432),
        (ACTIONS, DATABASE, 5432),
        (RASA, REDIS, 6379),
        (RASA, SLACK, 443),
        (RASA, NAMES, 53),
        (ACTIONS, NAMES, 53),
        (MONITORING, RASA, 5005),
        (MONITORING, ACTIONS, 5055),
    ],
)
def test_who_has_to_talk_may(caller: Peer, called: Peer, port: int) -> None:
    """What a turn needs is let through."""
    assert may(caller, called, port)


@pytest.mark.parametrize(
    ("caller", "called", "port"),
    [
        (STRANGER, RASA, 5005),
        (CONTROLLER, ACTIONS, 5055),
        (STRANGER, ACTIONS, 5055),
        (ACTIONS, RASA, 5005),
        (ACTIONS, SLACK, 443),
        (ACTIONS, REDIS, 6379),
        (RASA, SLACK, 80),
        (RASA, Peer(address="10.0.0.1"), 443),
        (RASA, Peer(address="169.254.169.254"), 443),
        (RASA, STRANGER, 5432),
    ],
)
def test_nobody_else_may(caller: Peer, called: Peer, port: int) -> None:
    """An action server answers Rasa servers alone, and who takes over a worker gets nowhere with it."""
    assert not may(caller, called, port)


def test_example_changes_the_name_everywhere() -> None:
    """A name that the ingress knows and Medpath does not would be refused by Medpath."""
    (ingress,) = of_kind("Ingress").values()
    (settings,) = of_kind("ConfigMap").values()
    (rule,), (tls,) = ingress["spec"]["rules"], ingress["spec"]["tls"]
    assert tls["hosts"] == [rule["host"]] == settings["data"]["MEDPATH_HOSTS"].split(",")
