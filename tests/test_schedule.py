"""schedule, with a crontab and a systemctl of our own on the PATH: the machine's own are not for tests."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import command

from newscrawler.cli.schedule import Plan, cron_line, units, without_our_line

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

    def run(*arguments):
        path = f"{programs}:/usr/bin:/bin"
        return command("schedule", *arguments, cwd=home, HOME=str(home), XDG_CONFIG_HOME=str(home / ".config"), PATH=path)

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
    assert ours.startswith(f"*/15 * * * * cd '{machine.home}' && ")
    assert "-m newscrawler crawl --due --archive" in ours
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
    assert "SuccessExitStatus=3 75" in files[0].read_text()
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


def test_awkward_paths():
    plan = Plan(Path("/data/50% news/arch'ive"), Path("/home/me & you"), "/opt/py thon")
    line = cron_line(plan, timedelta(minutes=30))
    assert "%" not in line.replace("\\%", "")
    assert line.endswith(f"# {plan.id}")
    assert without_our_line(f"a\n{line}\nb\n", plan) == "a\nb\n"
    service = units(plan, timedelta(minutes=30))[f"{plan.id}.service"]
    assert '"/opt/py thon" "-m"' in service
    assert "50%% news" in service


def test_the_ids_of_two_archives_differ():
    ids = {Plan(Path(path), Path("/"), "python").id for path in ("/a", "/b", os.sep)}
    assert len(ids) == 3
