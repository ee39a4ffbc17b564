"""schedule, with a crontab and a systemctl of our own on the PATH: the machine's own are not for tests."""

import os
import plistlib
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
import pytest
import yaml
from conftest import command

from newscrawler.cli.logfile import rotate
from newscrawler.cli.schedule_files import (
    FORMS,
    Plan,
    carried,
    cron_line,
    environment_file,
    launchd_agent,
    manifest,
    units,
    without_our_line,
)

CRONTAB = """#!/bin/sh
# a crontab that keeps its table in a file
case "$1" in
  -l) [ -f "$HOME/table" ] && cat "$HOME/table" || { echo "no crontab for you" >&2; exit 1; } ;;
  -) cat > "$HOME/table" ;;
esac
"""
SYSTEMCTL = '#!/bin/sh\necho "$@" >> "$HOME/systemctl.log"\n'


@pytest.fixture
def machine(tmp_path):
    """Run the command with cron only, or with systemd."""
    home, programs = tmp_path / "home dir", tmp_path / "bin"
    home.mkdir()
    programs.mkdir()

    def install(name, text):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)

    install("crontab", CRONTAB)
    install("systemctl", "#!/bin/sh\nexit 1\n")

    def run(*arguments, **variables):
        path = f"{programs}:/usr/bin:/bin"
        variables |= {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PATH": path}
        return command("schedule", *arguments, cwd=home, **variables)

    run.home, run.install = home, install
    return run


def table(machine):
    path = machine.home / "table"
    return path.read_text() if path.exists() else ""


def test_cron_install_twice_show_remove(machine):
    other = "MAILTO=me\n5 4 * * * /usr/bin/true # not ours\n"
    (machine.home / "table").write_text(other)
    assert machine("install", "--every", "30m").returncode == 0
    assert machine("install", "--every", "15m").returncode == 0
    ours = table(machine).removeprefix(other)
    assert ours.count("\n") == 1
    assert ours.startswith("*/15 * * * * set -a; . ")
    assert f"; cd '{machine.home}' && exec " in ours
    assert "-P -m newscrawler crawl --due --archive" in ours
    assert machine("show").stdout == ours
    assert (machine.home / "archive").is_dir()  # the log goes there
    assert machine("remove").returncode == 0
    assert table(machine) == other
    assert "No schedule is installed" in machine("show").stderr
    assert "No schedule is installed" in machine("remove").stderr


def test_two_archives_have_a_schedule_each(machine):
    machine("install", "--archive", "one")
    machine("install", "--archive", "two")
    assert table(machine).count("newscrawler crawl") == 2
    machine("remove", "--archive", "one")
    assert "two" in table(machine)
    assert "/one" not in table(machine)


def test_dry_runs_write_nothing(machine):
    assert "crawl --due" in machine("install", "--dry-run").stdout
    assert table(machine) == ""
    assert not (machine.home / "archive").exists()
    machine("install")
    before = table(machine)
    assert machine("remove", "--dry-run").stdout.startswith("would remove: ")
    assert table(machine) == before


def test_systemd(machine):
    machine.install("systemctl", SYSTEMCTL)
    done = machine("install", "--every", "45m")
    assert done.returncode == 0, done.stderr
    files = sorted((machine.home / ".config/systemd/user").iterdir())
    assert [path.suffix for path in files] == [".service", ".timer"]
    assert "OnUnitActiveSec=2700" in files[1].read_text()
    assert "SuccessExitStatus=3 75 130" in files[0].read_text()
    assert "KillMode=mixed\nTimeoutStopSec=20\n" in files[0].read_text()
    log = (machine.home / "systemctl.log").read_text()
    assert f"--user enable {files[1].name}" in log
    assert table(machine) == ""
    assert machine("install").returncode == 0
    assert len(list((machine.home / ".config/systemd/user").iterdir())) == 2
    assert "OnUnitActiveSec=1800" in machine("show").stdout
    assert machine("remove").returncode == 0
    assert list((machine.home / ".config/systemd/user").iterdir()) == []


def test_what_cron_cannot_say(machine):
    done = machine("install", "--every", "45m")
    assert done.returncode == 2
    assert "cron cannot run every 45 minutes; choose" in done.stderr


ENVIRONMENT = (("PATH", "/opt/bin:/bin"), ("https_proxy", "http://me:50%@proxy:8080"))
ODD = Plan(Path("/data/50% news/arch'ive"), Path("/home/me & you"), "/opt/py thon", environment=ENVIRONMENT)
VARIABLES = Path("/home/me & you/50%.env")


def test_awkward_paths():
    line = cron_line(ODD, VARIABLES)
    assert "%" not in line.replace("\\%", "")
    assert line.endswith(f"# {ODD.id}")
    assert without_our_line(f"a\n{line}\nb\n", ODD) == "a\nb\n"
    service = units(ODD, VARIABLES)[f"{ODD.id}.service"]
    assert '"/opt/py thon" "-P" "-m"' in service
    assert "50%% news" in service
    assert "%" not in service.replace("%%", "")


@pytest.mark.parametrize("watches", [False, True])
def test_systemd_finds_nothing_wrong_with_units(tmp_path, watches):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")  # .ci/service installs it
    folder, runtime = tmp_path / "50% me & you", tmp_path / "run"
    folder.mkdir()
    runtime.mkdir()
    plan = replace(ODD, folder=folder, python=sys.executable, every=None if watches else timedelta(minutes=30))

    def verified():
        told = subprocess.run(
            ["systemd-analyze", "verify", "--user", "--man=no", *sorted(folder.iterdir())],
            capture_output=True, text=True, env=os.environ | {"XDG_RUNTIME_DIR": str(runtime)},
        )  # fmt: skip
        return told.returncode, told.stderr

    for name, text in units(plan, folder / "a.env").items():
        (folder / name).write_text(text)
    assert verified() == (0, "")
    service = folder / f"{plan.id}.service"
    service.write_text(service.read_text().replace("KillMode=mixed", "KillMode=mixt"))
    assert "Failed to parse kill mode" in verified()[1]


def test_what_is_written_runs_with_the_variables_of_the_one_who_installed_it(tmp_path):
    """The crontab line, as cron's shell would run it, with a program of ours in Python's place."""
    program = tmp_path / "py thon"
    program.write_text('#!/bin/sh\nenv > "$OUT"; printf "%s\\n" "$@" >> "$OUT"; pwd >> "$OUT"\n')
    program.chmod(0o755)
    plan = Plan(tmp_path / "50% archive", tmp_path, str(program), environment=ENVIRONMENT)
    variables = tmp_path / "a b.env"
    variables.write_text(environment_file(plan))
    line = cron_line(plan, variables).split(" ", 5)[5].replace("\\%", "%")
    subprocess.run(["/bin/sh", "-c", line], check=True, env={"OUT": str(tmp_path / "out")})
    said = (tmp_path / "out").read_text().splitlines()
    assert {"PATH=/opt/bin:/bin", "https_proxy=http://me:50%@proxy:8080"} <= set(said)
    assert said[-5:] == ["--archive", str(plan.archive), "--log", str(plan.archive / "crawl.log"), str(tmp_path)]


def test_a_schedule_takes_the_channels_of_alerts_along(machine):
    (machine.home / "newscrawler.toml").write_text('[[alerts]]\nsearch = "a"\nto = "webhook:env:DESK_HOOK"\n')
    done = machine("--print", "cron", DESK_HOOK="https://hooks.example.org/T0")
    assert "DESK_HOOK='https://hooks.example.org/T0'\n" in done.stdout
    assert "hooks.example.org" not in machine("--print", "k8s", DESK_HOOK="https://hooks.example.org/T0").stdout
    done = machine("--print", "cron")
    assert (done.returncode, done.stderr) == (
        0, "[[alerts]] name the variable DESK_HOOK, which is not set here; set it, and run this again\n",
    )  # fmt: skip


def test_variables_that_cannot_be_carried_are_named():
    with pytest.raises(click.UsageError, match="https_proxy holds a quote"):
        carried({"https_proxy": "http://o'hara:x@proxy:8080"})


@pytest.mark.parametrize("watches", [False, True])
def test_forms_of_elsewhere(watches):
    plan = replace(ODD, every=None if watches else timedelta(minutes=30))
    agent = plistlib.loads(launchd_agent(plan).encode())
    assert agent["EnvironmentVariables"] == dict(ENVIRONMENT)
    assert agent["ProgramArguments"][4] == ("watch" if watches else "crawl")
    assert agent["ExitTimeOut"] == 20
    claim, work = yaml.safe_load_all(manifest(plan))
    assert claim["kind"] == "PersistentVolumeClaim"
    pod = work["spec"]["template"]["spec"] if watches else work["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert work["kind"] == ("Deployment" if watches else "CronJob")
    assert pod["containers"][0]["args"][0] == ("watch" if watches else "crawl")
    (proxy,) = pod["containers"][0]["env"]  # whose password stands in no manifest
    assert proxy == {"name": "https_proxy", "valueFrom": {"secretKeyRef": {"name": plan.id, "key": "https_proxy"}}}
    said = f'# first, where these are set: kubectl create secret generic {plan.id} --from-literal=https_proxy="$https_proxy"'
    assert manifest(plan).startswith(f"{said}\n")
    assert pod["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]


def test_certificates_of_this_machine_are_none_of_a_containers():
    files = (("SSL_CERT_DIR", "/data/certificates"), ("SSL_CERT_FILE", "/etc/pki/ca.pem"))
    text = manifest(replace(ODD, environment=(*ENVIRONMENT, *files)))
    assert "# left out: SSL_CERT_FILE=/etc/pki/ca.pem is a file of this machine" in text
    _, work = yaml.safe_load_all(text)
    env = work["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert [each["name"] for each in env] == ["https_proxy", "SSL_CERT_DIR"]


def test_what_newscrawler_toml_says_is_read_when_it_runs(machine):
    """`pages_store` is told to this process's children by a variable: a schedule shall not have it for ever."""
    (machine.home / "newscrawler.toml").write_text('pages_store = "s3://bucket/folder"\n')
    keys = {"AWS_SECRET_ACCESS_KEY": "key", "AWS_REGION": "eu"}
    printed = machine("--print", "cron", **keys).stdout
    assert "AWS_REGION='eu'\nAWS_SECRET_ACCESS_KEY='key'\n" in printed
    assert "PAGES_STORE" not in printed
    assert "NEWSCRAWLER_PAGES_STORE='/there'" in machine("--print", "cron", NEWSCRAWLER_PAGES_STORE="/there").stdout
    assert "AWS_" not in machine("--print", "cron", NEWSCRAWLER_PAGES_STORE="/there", **keys).stdout


def test_a_watch_by_cron_says_when_it_begins(machine):
    assert "it begins when this machine starts again" in machine("install", "--watch").stderr
    assert table(machine).startswith("@reboot ")


def test_a_watch_as_a_service(machine):
    machine.install("systemctl", SYSTEMCTL)
    machine("install")
    assert machine("install", "--watch").returncode == 0
    (unit,) = (machine.home / ".config/systemd/user").iterdir()  # the timer of before is gone
    text = unit.read_text()
    assert '"watch" "--archive"' in text
    assert "Restart=always\nRestartSec=30\nNice=10\nKillMode=mixed\nTimeoutStopSec=20" in text
    assert f"enable {unit.name}" in (machine.home / "systemctl.log").read_text()
    (variables,) = (machine.home / ".config/newscrawler").iterdir()
    assert variables.stat().st_mode & 0o777 == 0o600
    assert "PATH=" in variables.read_text()
    machine("remove")
    assert not variables.exists()


@pytest.mark.parametrize("form", FORMS)
def test_printing_writes_nothing(machine, form):
    done = machine("--print", form)
    assert (done.returncode, done.stderr) == (0, "")
    assert "crawl" in done.stdout
    assert [path.name for path in machine.home.iterdir()] == []
    assert machine("--print", form, "show").returncode == 2


def test_a_log_file_never_becomes_large(tmp_path):
    log = tmp_path / "crawl.log"
    for number in range(8):
        log.write_text(f"{number}" * 10)
        assert rotate(log, 10)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"crawl.log.{number}" for number in range(1, 6)]
    assert (tmp_path / "crawl.log.1").read_text() == "7" * 10
    log.write_text("short")
    assert not rotate(log, 10)


def test_the_ids_of_two_archives_differ():
    ids = {Plan(Path(path), Path("/"), "python").id for path in ("/a", "/b", os.sep)}
    assert len(ids) == 3
