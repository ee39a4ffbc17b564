"""schedule: a systemd user timer, or a crontab line where there is no systemd, that runs `crawl --due`.

One schedule an archive: its id is made from the archive's path, so that installing twice replaces and
removing takes away only what is ours.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler.cli import options
from newscrawler.errors import NewscrawlerError

if TYPE_CHECKING:
    from datetime import timedelta

STOP_SECONDS = 20  # a crawl ends within 15


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run, and where.  Paths are absolute."""

    archive: Path
    folder: Path  # the working folder, where newscrawler.toml is
    python: str

    @property
    def id(self) -> str:
        return f"newscrawler-{hashlib.blake2b(os.fsencode(self.archive), digest_size=4).hexdigest()}"

    @property
    def command(self) -> list[str]:
        return [self.python, "-m", "newscrawler", "crawl", "--due", "--archive", str(self.archive)]


def cron_fields(every: timedelta) -> str:
    """The five fields of a crontab line.  Raises UsageError for what cron cannot say evenly.

    >>> from datetime import timedelta
    >>> cron_fields(timedelta(minutes=30)), cron_fields(timedelta(hours=6)), cron_fields(timedelta(days=1))
    ('*/30 * * * *', '0 */6 * * *', '0 4 * * *')
    """
    minutes = int(every.total_seconds()) // 60
    if minutes < 60 and 60 % minutes == 0:
        return f"*/{minutes} * * * *"
    hours, rest = divmod(minutes, 60)
    if not rest and hours < 24 and 24 % hours == 0:
        return f"0 */{hours} * * *"
    if minutes == 24 * 60:
        return "0 4 * * *"
    raise click.UsageError(
        f"cron cannot run every {minutes} minutes; choose 5m, 10m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h or 1d"
    )


def cron_line(plan: Plan, every: timedelta) -> str:
    """One crontab line; the comment at its end is how we know it for ours."""
    log = shlex.quote(str(plan.archive / "crawl.log"))
    run = f"cd {shlex.quote(str(plan.folder))} && {shlex.join(plan.command)} >> {log} 2>&1"
    # cron turns a bare % into a newline
    return f"{cron_fields(every)} {run.replace('%', chr(92) + '%')} # {plan.id}"


def without_our_line(crontab: str, plan: Plan) -> str:
    """A crontab without our line; every other line as it is."""
    ours = re.compile(rf"# {re.escape(plan.id)}\s*$")
    return "".join(line for line in crontab.splitlines(keepends=True) if not ours.search(line))


def _systemd_quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$") + '"'


def units(plan: Plan, every: timedelta) -> dict[str, str]:
    """The systemd unit files, by name."""
    seconds = int(every.total_seconds())
    folder = str(plan.folder).replace("%", "%%")
    return {
        f"{plan.id}.service": (
            f"[Unit]\nDescription=newscrawler: what is due for {plan.archive}\n\n"
            f"[Service]\nType=oneshot\nWorkingDirectory={folder}\n"
            f"ExecStart={' '.join(map(_systemd_quoted, plan.command))}\n"
            # some sources failed, or another crawl was at work: no failure of the unit
            "SuccessExitStatus=3 75\nNice=10\n"
            # a stop is the crawl's to see to, which ends its workers itself
            f"KillMode=mixed\nTimeoutStopSec={STOP_SECONDS}\n"
        ),
        f"{plan.id}.timer": (
            f"[Unit]\nDescription=newscrawler: every {seconds // 60} minutes for {plan.archive}\n\n"
            f"[Timer]\nOnStartupSec=120\nOnUnitActiveSec={seconds}\n\n[Install]\nWantedBy=timers.target\n"
        ),
    }


def _run(*command: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def _run_checked(*command: str, text: str | None = None) -> None:
    done = _run(*command, text=text)
    if done.returncode:
        raise NewscrawlerError(f"`{shlex.join(command)}` failed: {done.stderr.strip() or done.returncode}")


def _has_systemd() -> bool:
    """Whether systemd manages this user's session (in a container it often does not)."""
    return shutil.which("systemctl") is not None and _run("systemctl", "--user", "show-environment").returncode == 0


def _unit_folder() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _crontab() -> str:
    """The user's crontab; empty where there is none yet."""
    if shutil.which("crontab") is None:
        raise NewscrawlerError(
            "there is neither systemd nor crontab here; let your own scheduler run `newscrawler crawl --due`"
        )
    done = _run("crontab", "-l")
    if done.returncode and "no crontab" not in done.stderr.lower():
        raise NewscrawlerError(f"`crontab -l` failed: {done.stderr.strip()}")
    return done.stdout if not done.returncode else ""


def _plan(folder: Path | None) -> Plan:
    return Plan(options.archive_folder(folder).resolve(), Path.cwd(), sys.executable)


@click.group()
def schedule() -> None:
    """Run `crawl --due` again and again, by systemd or cron.

    It asks only the endpoints whose time has come, so it may run as often as you like.
    """


dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")


@schedule.command()
@click.option(
    "--every",
    type=options.Span(),
    default="30m",
    show_default=True,
    metavar="SPAN",
    help="How often: 15m, 30m, 2h, 1d.",
)
@options.archive_option
@dry_run_option
def install(every: timedelta, folder: Path | None, dry_run: bool) -> None:
    """Install the schedule for an archive, in place of an earlier one."""
    plan = _plan(folder)
    if not dry_run:
        from newscrawler.storage.archive import furnish

        furnish(plan.archive)  # the log goes there from the first run on
    if _has_systemd():
        files = units(plan, every)
        for name, text in files.items():
            click.echo(f"# {_unit_folder() / name}\n{text}")
        if not dry_run:
            _unit_folder().mkdir(parents=True, exist_ok=True)
            for name, text in files.items():
                (_unit_folder() / name).write_text(text, encoding="utf-8")
            _run_checked("systemctl", "--user", "daemon-reload")
            _run_checked("systemctl", "--user", "enable", f"{plan.id}.timer")
            _run_checked("systemctl", "--user", "restart", f"{plan.id}.timer")
            click.echo("Installed.  `loginctl enable-linger` lets it run while you are logged out.", err=True)
        return
    line = cron_line(plan, every)
    rest = without_our_line(_crontab(), plan)
    click.echo(line)
    if not dry_run:
        _run_checked("crontab", "-", text=f"{rest}{'' if not rest or rest.endswith(chr(10)) else chr(10)}{line}\n")
        click.echo("Installed in your crontab.", err=True)


@schedule.command()
@options.archive_option
def show(folder: Path | None) -> None:
    """Show the schedule of an archive."""
    plan = _plan(folder)
    timer = _unit_folder() / f"{plan.id}.timer"
    found = False
    if timer.exists():
        found = True
        click.echo(f"# {timer}\n{timer.read_text(encoding='utf-8')}")
        click.echo(_run("systemctl", "--user", "list-timers", timer.name, "--no-pager").stdout, nl=False)
    if shutil.which("crontab"):
        for line in _crontab().splitlines():
            if line.rstrip().endswith(f"# {plan.id}"):
                found = True
                click.echo(line)
    if not found:
        click.echo(
            f"No schedule is installed for {plan.archive}; `newscrawler schedule install --every 30m` does that.",
            err=True,
        )


@schedule.command()
@options.archive_option
@dry_run_option
def remove(folder: Path | None, dry_run: bool) -> None:
    """Remove the schedule of an archive, and nothing else."""
    plan = _plan(folder)
    removed = []
    files = [path for name in units(plan, every=_MINUTE) if (path := _unit_folder() / name).exists()]
    if files:
        if not dry_run:
            _run("systemctl", "--user", "disable", "--now", f"{plan.id}.timer")
            for path in files:
                path.unlink()
            _run("systemctl", "--user", "daemon-reload")
        removed += [str(path) for path in files]
    if shutil.which("crontab"):
        before = _crontab()
        after = without_our_line(before, plan)
        if after != before:
            if not dry_run:
                _run_checked("crontab", "-", text=after)
            removed += [line for line in before.splitlines() if line.rstrip().endswith(f"# {plan.id}")]
    for each in removed:
        click.echo(f"{'would remove' if dry_run else 'removed'}: {each}")
    if not removed:
        click.echo(f"No schedule is installed for {plan.archive}.", err=True)


_MINUTE = options.Span().convert("1m", None, None)

COMMANDS = [schedule]
