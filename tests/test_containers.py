"""Dockerfile, compose.yaml and kubernetes.yaml: what can be said of them without Docker; .ci/image runs the commands."""

import json
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from newscrawler.cli import main
from newscrawler.cli.schedule_files import Plan, manifest

ROOT = Path(__file__).parent.parent
INSTRUCTIONS = {
    "FROM",
    "WORKDIR",
    "COPY",
    "RUN",
    "ENV",
    "USER",
    "VOLUME",
    "EXPOSE",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "ENTRYPOINT",
    "CMD",
}


def instructions():
    """(instruction, its words) of the Dockerfile, continued lines joined; comments left out."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]


def parsed(words):
    """A command of newscrawler as click takes it; raises where the command has no such verb or option."""
    verb = main.get_command(click.Context(main), words[0])
    assert verb is not None, words
    verb.make_context(words[0], list(words[1:]), resilient_parsing=False)
    return verb


def test_the_dockerfile_is_slim_not_root_and_has_no_compiler():
    found = instructions()
    assert {name for name, _ in found} <= INSTRUCTIONS
    start = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    last = found[start:]
    assert last[0][1] == "python:3.13-slim"
    users = [words for name, words in last if name == "USER"]
    assert users == ["10001:10001"]
    assert ("VOLUME", "/data") in last
    for name, words in found:
        assert not re.search(r"\b(apt-get|gcc|build-essential|curl|wget)\b|:latest", words), name
        if name == "RUN":
            shlex.split(words)  # quotes that do not end raise
            assert all("--only-binary=:all:" in each or "pip install" not in each for each in words.split("&&"))
    # what a rebuild would not see is copied before what changes often
    assert [words.split()[-1] for name, words in found if name == "COPY"] == [
        "./",
        "docs",
        "newscrawler",
        "/opt/newscrawler",
    ]


def test_what_the_image_copies_is_there_and_not_ignored():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for name, words in instructions():
        if name == "COPY" and "--from" not in words:
            for each in words.split()[:-1]:
                assert (ROOT / each).exists()
                assert f"!{each}" in ignored


def test_the_image_runs_commands_that_are_there():
    by_name = dict(instructions())
    assert json.loads(by_name["ENTRYPOINT"]) == ["newscrawler"]
    parsed(json.loads(by_name["CMD"]))
    check = json.loads(by_name["HEALTHCHECK"].partition("CMD ")[2])
    assert check[0] == "newscrawler"
    parsed(check[1:])


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


def test_compose(compose, monkeypatch):
    services = compose["services"]
    assert services.keys() == {"watch", "serve", "redis", "archivist", "worker"}
    monkeypatch.setenv("NEWSCRAWLER_ENGINE", "redis://redis:6379/0")
    for name, service in services.items():
        if name != "redis":
            parsed(service["command"])
            assert (service["read_only"], service["cap_drop"], service["stop_grace_period"]) == (True, ["ALL"], "20s")
        for volume in service["volumes"]:
            assert volume.split(":")[0] in compose["volumes"]
        assert ("profiles" in service) == (name not in ("watch", "serve"))
    # variables of certificates and secrets go to all that ask the web, and not to what readers reach
    variables = {name: [each["path"] for each in service.get("env_file", [])] for name, service in services.items()}
    assert variables == {name: [] if name in ("serve", "redis") else ["newscrawler.env"] for name in services}
    assert all(not each["required"] for service in services.values() for each in service.get("env_file", []))
    assert services["serve"]["volumes"] == ["data:/data:ro"]
    assert all(port.startswith("127.0.0.1:") for port in services["serve"]["ports"])


@pytest.fixture(scope="module")
def objects():
    return list(yaml.safe_load_all((ROOT / "kubernetes.yaml").read_text()))


def pods(objects):
    return {each["metadata"]["name"]: each["spec"]["template"]["spec"] for each in objects if each["kind"] == "Deployment"}


def test_the_kubernetes_example_begins_with_what_the_command_prints(objects):
    plan = Plan(Path("/data/archive"), Path("/data"), "python", None)
    text = (ROOT / "kubernetes.yaml").read_text().partition("\n")[2]
    printed = manifest(plan).replace(plan.id, "newscrawler")
    assert text.startswith(f"{printed}---\n")
    for each in objects:
        assert {"apiVersion", "kind", "metadata", "spec"} <= each.keys()


def test_the_kubernetes_example_runs_what_compose_does(objects, compose, monkeypatch):
    monkeypatch.setenv("NEWSCRAWLER_ENGINE", "redis://redis:6379/0")
    names = {"newscrawler": "watch"} | {f"newscrawler-{name}": name for name in ("serve", "redis", "archivist", "worker")}
    found = pods(objects)
    assert found.keys() == names.keys()
    for name, pod in found.items():
        (container,) = pod["containers"]
        service = compose["services"][names[name]]
        assert container["args"] == service["command"], name
        assert pod["securityContext"]["runAsNonRoot"]
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
        }  # fmt: skip
        mounts = {each["name"]: each for each in container["volumeMounts"]}
        assert mounts.keys() == {each["name"] for each in pod["volumes"]}
        assert mounts.get("data", {}).get("readOnly", False) == (name == "newscrawler-serve")
        check = container["livenessProbe"]
        if name != "newscrawler-redis":
            parsed(container["args"])
            words = check["exec"]["command"] if "exec" in check else ["newscrawler", "serve"]
            parsed(words[1:])
            assert "exec" not in check or service.get("healthcheck", {"test": ["CMD", *words]})["test"] == ["CMD", *words]


def test_what_stands_in_for_one_machine_does_not_run_unasked(objects):
    """Each of them would write the archive of another one, or wait for an engine that is not there."""
    replicas = {each["metadata"]["name"]: each["spec"]["replicas"] for each in objects if each["kind"] == "Deployment"}
    many = {"newscrawler-redis", "newscrawler-archivist", "newscrawler-worker"}
    assert {name for name, number in replicas.items() if number == 0} == many
    labels = {each["spec"]["template"]["metadata"]["labels"]["app"] for each in objects if each["kind"] == "Deployment"}
    selected = {each["spec"]["selector"]["app"] for each in objects if each["kind"] == "Service"}
    assert selected <= labels
    claims = {each["metadata"]["name"] for each in objects if each["kind"] == "PersistentVolumeClaim"}
    used = {
        volume["persistentVolumeClaim"]["claimName"]
        for pod in pods(objects).values()
        for volume in pod["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert used == claims
