"""schedule: a systemd user timer, or a crontab line where there is no systemd, that runs `crawl --due`.

One schedule an archive: its id is made from the archive's path, so that installing twice replaces and
removing takes away only what is ours.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler import config
from newscrawler.cli import options
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
from newscrawler.errors import NewscrawlerError
from newscrawler.storage.warc.store import VARIABLE

if TYPE_CHECKING:
    from datetime import timedelta

    from newscrawler.config.alert_rules import AlertRule


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
            "there is neither systemd nor crontab here; run `newscrawler watch`, or see "
            "`newscrawler schedule --print launchd` (or k8s)"
        )
    done = _run("crontab", "-l")
    if done.returncode and "no crontab" not in done.stderr.lower():
        raise NewscrawlerError(f"`crontab -l` failed: {done.stderr.strip()}")
    return done.stdout if not done.returncode else ""


def _plan(folder: Path | None, every: timedelta | None = None, alerts: tuple[AlertRule, ...] = ()) -> Plan:
    named = {each.variable for each in alerts if each.variable}
    given = carried(options.given_environment(), os.environ.get(VARIABLE, ""), named)
    for name in sorted(named - dict(given).keys()):
        click.echo(f"[[alerts]] name the variable {name}, which is not set here; set it, and run this again", err=True)
    return Plan(options.archive_folder(folder).resolve(), Path.cwd(), sys.executable, every, given, frozenset(named))


def _variables(plan: Plan) -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "newscrawler" / f"{plan.id}.env"


def _write_variables(plan: Plan) -> None:
    """For its owner alone from its first byte on: a proxy's address may hold a password."""
    path = _variables(plan)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(environment_file(plan))


every_option = click.option(
    "--every",
    type=options.Span(),
    default="30m",
    show_default=True,
    metavar="SPAN",
    help="How often: 15m, 30m, 2h, 1d.",
)
watch_option = click.option("--watch", "watches", is_flag=True, help="`newscrawler watch`, for ever, in place of crawls.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")


@click.group(invoke_without_command=True)
@click.option("--print", "form", type=click.Choice(FORMS), help="Print what a scheduler is to be given; write nothing.")
@every_option
@watch_option
@options.archive_option
@click.pass_context
def schedule(ctx: click.Context, form: str | None, every: timedelta, watches: bool, folder: Path | None) -> None:
    """Run `crawl --due` again and again, or `watch` for ever, by systemd or cron.

    It asks only the endpoints whose time has come, so it may run as often as you like.  PATH, proxies and
    certificates go along as they are set now, in a file for your eyes alone.

    \b
    newscrawler schedule install --every 30m        here, for this user
    newscrawler schedule install --watch            the same, as a service
    newscrawler schedule --print k8s --watch        for elsewhere: systemd, cron, launchd or k8s

    `newscrawler help service` says more, also of Scrapyd.
    """
    if ctx.invoked_subcommand is not None:
        if form is not None:
            raise click.UsageError("--print prints; install, show and remove are without it")
    elif form is None:
        raise click.exceptions.NoArgsIsHelpError(ctx)
    else:
        plan = _plan(folder, None if watches else every, config.load(Path()).alerts)
        click.echo(_printed(plan, form), nl=False)


def _printed(plan: Plan, form: str) -> str:
    """All files of a form, one under the other, each under its name where there are several."""
    variables = f"# {_variables(plan)} (mode 600)\n{environment_file(plan)}\n"
    match form:
        case "systemd":
            return variables + "\n".join(
                f"# {_unit_folder() / name}\n{text}" for name, text in units(plan, _variables(plan)).items()
            )
        case "cron":
            return f"{variables}# crontab -e\n{cron_line(plan, _variables(plan))}\n"
        case "launchd":
            return launchd_agent(plan)
        case _:
            return manifest(plan)


@schedule.command()
@every_option
@watch_option
@options.archive_option
@dry_run_option
def install(every: timedelta, watches: bool, folder: Path | None, dry_run: bool) -> None:
    """Install the schedule for an archive, in place of an earlier one."""
    plan = _plan(folder, None if watches else every, config.load(Path()).alerts)
    has_systemd = _has_systemd()
    files = units(plan, _variables(plan)) if has_systemd else {}
    line = "" if has_systemd else cron_line(plan, _variables(plan))
    rest = "" if has_systemd else without_our_line(_crontab(), plan)
    for name, text in files.items():
        click.echo(f"# {_unit_folder() / name}\n{text}")
    if line:
        click.echo(line)
    if dry_run:
        return
    from newscrawler.storage.archive import furnish

    furnish(plan.archive)  # the log goes there from the first run on
    _write_variables(plan)
    if has_systemd:
        _remove_units(plan)  # an earlier one may have a timer that this one has not
        _install_units(plan, files)
        click.echo("Installed.  `loginctl enable-linger` lets it run while you are logged out.", err=True)
    else:
        _run_checked("crontab", "-", text=f"{rest}{'' if not rest or rest.endswith(chr(10)) else chr(10)}{line}\n")
        begins = "; it begins when this machine starts again" if watches else ""
        click.echo(f"Installed in your crontab{begins}.", err=True)


def _install_units(plan: Plan, files: dict[str, str]) -> None:
    _unit_folder().mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (_unit_folder() / name).write_text(text, encoding="utf-8")
    begun = f"{plan.id}.{'service' if plan.every is None else 'timer'}"
    _run_checked("systemctl", "--user", "daemon-reload")
    _run_checked("systemctl", "--user", "enable", begun)
    _run_checked("systemctl", "--user", "restart", begun)


def _installed_units(plan: Plan) -> list[Path]:
    names = (f"{plan.id}.timer", f"{plan.id}.service")
    return [path for name in names if (path := _unit_folder() / name).exists()]


def _remove_units(plan: Plan) -> list[Path]:
    files = _installed_units(plan)
    for path in files:
        _run("systemctl", "--user", "disable", "--now", path.name)
        path.unlink()
    if files:
        _run("systemctl", "--user", "daemon-reload")
    return files


@schedule.command()
@options.archive_option
def show(folder: Path | None) -> None:
    """Show the schedule of an archive."""
    plan = _plan(folder)
    units_there = _installed_units(plan)
    for path in units_there[:1]:  # the timer; of a watch the service
        click.echo(f"# {path}\n{path.read_text(encoding='utf-8')}")
        listing = ["list-timers", path.name] if path.suffix == ".timer" else ["status", path.name]
        click.echo(_run("systemctl", "--user", *listing, "--no-pager").stdout, nl=False)
    lines = _crontab().splitlines() if shutil.which("crontab") else []
    ours = [line for line in lines if line.rstrip().endswith(f"# {plan.id}")]
    for line in ours:
        click.echo(line)
    if not units_there and not ours:
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
    removed = list(map(str, _installed_units(plan) if dry_run else _remove_units(plan)))
    if shutil.which("crontab"):
        before = _crontab()
        after = without_our_line(before, plan)
        if after != before:
            if not dry_run:
                _run_checked("crontab", "-", text=after)
            removed += [line for line in before.splitlines() if line.rstrip().endswith(f"# {plan.id}")]
    if _variables(plan).exists():
        removed.append(str(_variables(plan)))
        if not dry_run:
            _variables(plan).unlink()
    for each in removed:
        click.echo(f"{'would remove' if dry_run else 'removed'}: {each}")
    if not removed:
        click.echo(f"No schedule is installed for {plan.archive}.", err=True)


COMMANDS = [schedule]
