"""What a schedule is written as: systemd units, a crontab line, a launchd agent, a Kubernetes manifest.  Pure.

A scheduler starts with hardly an environment: what the command needs of the one that it was installed from goes along.
"""

from __future__ import annotations

import hashlib
import json
import os
import plistlib
import re
import shlex
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.storage.warc.store import OBJECT_STORES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

STOP_SECONDS = 20  # a crawl ends within 15
RESTART_SECONDS = 30
# programs, proxies, certificates, and the language of messages: what changes whether and how the web is reached
CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
CARRIED = ("PATH", *CERTIFICATES, "LANG", "LC_ALL", "TZ")
METRICS = 9464  # the port of figures, in a container
VOLUME = "/data"  # of the image: its working folder
CARRIED_IN_ANY_CASE = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
OWN_HOME = "NEWSCRAWLER_"  # and whatever begins so
OF_STORES = ("AWS_", "AZURE_", "GOOGLE_")  # and so, where WARC files go to an object store
SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|KEY|SMTP")  # names of variables for their owner's eyes alone
IMAGE = "newscrawler:latest"
FORMS = ("systemd", "cron", "launchd", "k8s")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run, and where.  Paths are absolute; `environment` is what is carried along, `every` None: for ever."""

    archive: Path
    folder: Path  # the working folder, where newscrawler.toml is
    python: str
    every: timedelta | None = timedelta(minutes=30)
    environment: tuple[tuple[str, str], ...] = ()
    named: frozenset[str] = frozenset()  # the variables of it that alerts name: their channels, which are secrets

    @property
    def id(self) -> str:
        return f"newscrawler-{hashlib.blake2b(os.fsencode(self.archive), digest_size=4).hexdigest()}"

    @property
    def verb(self) -> list[str]:
        wanted = ["watch"] if self.every is None else ["crawl", "--due"]
        return [*wanted, "--archive", str(self.archive)]

    @property
    def command(self) -> list[str]:
        return [self.python, "-P", "-m", "newscrawler", *self.verb]  # and no module of the working folder

    @property
    def log(self) -> Path:
        return self.archive / "crawl.log"


def carried(environment: Mapping[str, str], store: str = "", named: Collection[str] = ()) -> tuple[tuple[str, str], ...]:
    """The variables that a schedule takes along; `store`: where WARC files go, `named`: those that settings name.

    Raises UsageError for one that no file of variables can hold.

    >>> carried({"PATH": "/bin", "HTTPS_PROXY": "http://proxy:8080", "HOME": "/root", "no_proxy": "", "AWS_REGION": "x"})
    (('HTTPS_PROXY', 'http://proxy:8080'), ('PATH', '/bin'))
    >>> carried({"AWS_REGION": "x"}, "s3://bucket/folder")
    (('AWS_REGION', 'x'),)
    """
    beginnings = (OWN_HOME, *(OF_STORES if store.startswith(OBJECT_STORES) else ()))
    wanted = {
        name: value
        for name, value in environment.items()
        if value and (name in CARRIED or name in named or name.lower() in CARRIED_IN_ANY_CASE or name.startswith(beginnings))
    }
    for name, value in wanted.items():
        if not value.isprintable() or "'" in value or "\\" in value:
            raise click.UsageError(
                f"the variable {name} holds a quote, a backslash or a line's end, which no schedule can carry"
            )
    return tuple(sorted(wanted.items()))


def environment_file(plan: Plan) -> str:
    """The variables as systemd and a shell both read them.  It may hold a proxy's password: it is for its owner alone."""
    return "".join(f"{name}='{value}'\n" for name, value in plan.environment)


# --- cron


def cron_fields(every: timedelta) -> str:
    """The five fields of a crontab line.  Raises UsageError for what cron cannot say evenly.

    >>> cron_fields(timedelta(minutes=30)), cron_fields(timedelta(hours=6)), cron_fields(timedelta(days=1))
    ('*/30 * * * *', '0 */6 * * *', '0 4 * * *')
    """
    minutes = int(every.total_seconds()) // 60
    if 0 < minutes < 60 and 60 % minutes == 0:
        return f"*/{minutes} * * * *"
    hours, rest = divmod(minutes, 60)
    if hours and not rest and hours < 24 and 24 % hours == 0:
        return f"0 */{hours} * * *"
    if minutes == 24 * 60:
        return "0 4 * * *"
    raise click.UsageError(
        f"cron cannot run every {minutes} minutes; choose 5m, 10m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d"
    )


def cron_line(plan: Plan, variables: Path) -> str:
    """One crontab line; the comment at its end is how we know it for ours.  `variables`: the file of `environment_file`."""
    when = "@reboot" if plan.every is None else cron_fields(plan.every)
    run = [*plan.command, "--log", str(plan.log), *(["--wait"] if plan.every is None else [])]
    line = f"set -a; . {shlex.quote(str(variables))}; cd {shlex.quote(str(plan.folder))} && exec {shlex.join(run)}"
    # cron turns a bare % into a newline
    return f"{when} {line.replace('%', chr(92) + '%')} # {plan.id}"


def without_our_line(crontab: str, plan: Plan) -> str:
    """A crontab without our line; every other line as it is."""
    ours = re.compile(rf"# {re.escape(plan.id)}\s*$")
    return "".join(line for line in crontab.splitlines(keepends=True) if not ours.search(line))


# --- systemd


def _systemd_quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$") + '"'


def units(plan: Plan, variables: Path) -> dict[str, str]:
    """The systemd unit files, by name."""
    stopping = (
        # a stop is the crawl's to see to, which ends its workers itself
        f"Nice=10\nKillMode=mixed\nTimeoutStopSec={STOP_SECONDS}\n"
    )
    folder, file, archive = (str(each).replace("%", "%%") for each in (plan.folder, variables, plan.archive))
    body = f"WorkingDirectory={folder}\nEnvironmentFile=-{file}\nExecStart={' '.join(map(_systemd_quoted, plan.command))}\n"
    if plan.every is None:
        service = (
            f"[Unit]\nDescription=newscrawler: watches for {archive}\nStartLimitIntervalSec=0\n\n"
            f"[Service]\nType=exec\n{body}"
            # 143: stopped while it started; another crawl may be at work for a while (75)
            f"ExecReload=/bin/kill -HUP $MAINPID\nSuccessExitStatus=143\nRestart=always\nRestartSec={RESTART_SECONDS}\n"
            f"{stopping}\n[Install]\nWantedBy=default.target\n"
        )
        return {f"{plan.id}.service": service}
    seconds = int(plan.every.total_seconds())
    return {
        f"{plan.id}.service": (
            f"[Unit]\nDescription=newscrawler: what is due for {archive}\n\n[Service]\nType=oneshot\n{body}"
            # some sources failed, another crawl was at work, or it was told to stop: no failure of the unit
            f"SuccessExitStatus=3 75 130\n{stopping}"
        ),
        f"{plan.id}.timer": (
            f"[Unit]\nDescription=newscrawler: every {seconds // 60} minutes for {archive}\n\n"
            f"[Timer]\nOnStartupSec=120\nOnUnitActiveSec={seconds}\n\n[Install]\nWantedBy=timers.target\n"
        ),
    }


# --- elsewhere


def launchd_agent(plan: Plan) -> str:
    """A property list for ~/Library/LaunchAgents."""
    when = {"KeepAlive": True} if plan.every is None else {"StartInterval": int(plan.every.total_seconds())}
    agent = {
        "Label": plan.id,
        "ProgramArguments": [*plan.command, "--log", str(plan.log)],
        "WorkingDirectory": str(plan.folder),
        "EnvironmentVariables": dict(plan.environment),
        "ExitTimeOut": STOP_SECONDS,
        "ProcessType": "Background",
        "RunAtLoad": True,
        **when,
    }
    return plistlib.dumps(agent).decode()


def manifest(plan: Plan) -> str:
    """A Kubernetes manifest: a CronJob, or a Deployment of one pod that watches, over a volume claim of the same name."""
    variables = [_variable(plan, *each) for each in plan.environment if _is_in_container(*each)]
    verb = ["watch", "--wait", "--metrics", f"0.0.0.0:{METRICS}"] if plan.every is None else ["crawl", "--due"]
    container: dict[str, object] = {
        "name": "newscrawler",
        "image": IMAGE,
        "args": verb,
        "env": variables,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": {"cpu": "100m", "memory": "512Mi"}, "limits": {"memory": "2Gi"}},
        "volumeMounts": [{"name": "data", "mountPath": VOLUME}, {"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108
    }
    if plan.every is None:
        container["ports"] = [{"name": "metrics", "containerPort": METRICS}]
        container["livenessProbe"] = {
            "exec": {"command": ["newscrawler", "watch", "--ping"]},
            "initialDelaySeconds": 120, "periodSeconds": 60, "timeoutSeconds": 20, "failureThreshold": 3,
        }  # fmt: skip
    pod: dict[str, object] = {
        "restartPolicy": "Always" if plan.every is None else "Never",
        "terminationGracePeriodSeconds": STOP_SECONDS,
        "automountServiceAccountToken": False,
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "runAsGroup": 10001, "fsGroup": 10001},
        "containers": [container],
        "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": plan.id}}, {"name": "tmp", "emptyDir": {}}],
    }
    parts = [_claim(plan), _watching(plan, pod) if plan.every is None else _job(plan, pod, plan.every)]
    return _to_do(plan) + "---\n".join(f"{_yaml(part)}\n" for part in parts)


def _is_in_container(name: str, value: str) -> bool:
    """Whether a variable means there what it means here: a file does where it lies in the volume."""
    return name != "PATH" and (name not in CERTIFICATES or value.startswith(f"{VOLUME}/"))


def _is_secret(plan: Plan, name: str, value: str) -> bool:
    """Whether a variable is a key, an address with a password in it, or an alert's channel; the name of a file is none.

    >>> plan = Plan(Path("/a"), Path("/b"), "python3", named=frozenset({"NEWSCRAWLER_HOOK"}))
    >>> _is_secret(plan, "https_proxy", "http://me:x@proxy:1"), _is_secret(plan, "https_proxy", "http://proxy:1")
    (True, False)
    >>> _is_secret(plan, "AWS_SECRET_ACCESS_KEY", "x"), _is_secret(plan, "NEWSCRAWLER_SMTP_FILE", "/run/secrets/smtp")
    (True, False)
    >>> _is_secret(plan, "NEWSCRAWLER_HOOK", "https://hooks.example.org/T0")
    True
    """
    if name in plan.named:
        return True
    has_password = "@" in value.partition("://")[2].partition("/")[0]
    return has_password or (SECRET.search(name) is not None and not name.endswith("_FILE"))


def _variable(plan: Plan, name: str, value: str) -> dict[str, object]:
    """As a container is given it: manifests are kept where many read them."""
    if _is_secret(plan, name, value):
        return {"name": name, "valueFrom": {"secretKeyRef": {"name": plan.id, "key": name}}}
    return {"name": name, "value": value}


def _to_do(plan: Plan) -> str:
    """A remark for the secrets that are to be made, and for each file of this machine that the image cannot have."""
    secrets = [name for name, value in plan.environment if _is_in_container(name, value) and _is_secret(plan, name, value)]
    literals = " ".join(f'--from-literal={name}="${name}"' for name in secrets)
    remark = f"# first, where these are set: kubectl create secret generic {plan.id} {literals}\n" if secrets else ""
    return remark + "".join(
        f"# left out: {name}={value} is a file of this machine; put a private CA into the volume and name it {VOLUME}/...\n"
        for name, value in plan.environment
        if name in CERTIFICATES and not _is_in_container(name, value)
    )


def _claim(plan: Plan) -> dict[str, object]:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "50Gi"}}}
    return {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": plan.id}, "spec": spec}


def _watching(plan: Plan, pod: dict[str, object]) -> dict[str, object]:
    labels = {"app": plan.id}
    scraped = {"prometheus.io/scrape": "true", "prometheus.io/port": str(METRICS)}
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},  # an archive has one writer
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels, "annotations": scraped}, "spec": pod},
    }
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": plan.id}, "spec": spec}


def _job(plan: Plan, pod: dict[str, object], every: timedelta) -> dict[str, object]:
    job = {"backoffLimit": 0, "template": {"spec": pod}}
    spec = {
        "schedule": cron_fields(every),
        "concurrencyPolicy": "Forbid",
        "successfulJobsHistoryLimit": 1,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {"spec": job},
    }
    return {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": plan.id}, "spec": spec}


def _yaml(value: object, indent: int = 0) -> str:
    """A mapping or list as YAML in block style; texts as JSON writes them, which is YAML (YAML 1.2, 1.3).

    >>> print(_yaml({"a": 1, "b": [{"c": "x", "d": []}]}))
    a: 1
    b:
      - c: "x"
        d: []
    """
    pad = "  " * indent
    if isinstance(value, dict) and value:
        return "\n".join(f"{pad}{key}:{_under(each, indent + 1)}" for key, each in value.items())
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return "\n".join(f"{pad}- {_yaml(each, indent + 1).lstrip()}" for each in value)
    return f"{pad}{json.dumps(value, ensure_ascii=False)}"


def _under(value: object, indent: int) -> str:
    nested = (isinstance(value, dict) and value) or (isinstance(value, list) and value and isinstance(value[0], dict))
    return f"\n{_yaml(value, indent)}" if nested else f" {_yaml(value).lstrip()}"
