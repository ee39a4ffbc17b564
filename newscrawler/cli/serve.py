"""serve: the archive in a browser."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from newscrawler.cli import options, reading_room
from newscrawler.errors import NewscrawlerError

# what glibc's malloc (mallopt(3)) does with the memory of a large answer: it gives it back
THRIFT = (("MALLOC_ARENA_MAX", "1"), ("MALLOC_MMAP_THRESHOLD_", "200000"), ("MALLOC_TRIM_THRESHOLD_", "1000000"))


def _is_loopback(host: str) -> bool:
    """Whether an address to listen on is this machine's own alone.

    >>> [_is_loopback(each) for each in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "192.168.1.4", "example.org")]
    [True, True, True, False, False, False]
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _warning(host: str, *, public: bool) -> str:
    if public:
        return f"warning: whoever reaches this machine at {host} can read the archive, its raw pages too"
    return (
        f"warning: whoever reaches this machine at {host} can read the archive and run SQL queries on it; "
        "--public leaves them the pages and the canned queries"
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """How to serve: names that it answers to, whether a browser opens, for whom, with a desk, by whose metadata."""

    names: tuple[str, ...]
    browser: bool
    public: bool
    desk: bool
    metadata: Path | None


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen: a host's name or IP address, and a TCP port."""

    host: str
    port: int

    @property
    def shown(self) -> str:
        """As it stands in a URL."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _check_desk(address: Address, asked: Asked) -> None:
    """Raises UsageError where others could come to the desk."""
    if asked.public:
        raise click.UsageError("--desk is for you, --public for readers whom you do not know; leave out one of them")
    if not _is_loopback(address.host):
        raise click.UsageError(f"--desk is for this machine alone, and others reach it at {address.host}; leave out --host")
    if asked.names:
        raise click.UsageError("--desk answers to localhost alone; leave out --host-name")


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise NewscrawlerError(
                f"{host}:{port} cannot be used ({error.strerror}); name another port with --port"
            ) from error


@click.command()
@options.archive_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="The port to listen on.")
@click.option("--open", "browser", is_flag=True, help="Open a browser on it.")
@click.option(
    "--host-name",
    "names",
    metavar="NAME",
    multiple=True,
    help="A name that it may be called by in a browser, beside localhost and IP addresses; may be repeated.",
)
@click.option("--public", is_flag=True, help="For readers whom you do not know: no SQL of their own, tighter limits.")
@click.option(
    "--desk", is_flag=True, help="With your own desk: seen, for later, notes, collections, reviews; for this machine alone."
)
@click.option(
    "--metadata",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Datasette metadata of your own (JSON) instead of what newscrawler ships; it may hold queries and plugin settings.",
)
@options.as_record("address", Address)
@options.as_record("asked", Asked)
def serve(folder: Path | None, address: Address, asked: Asked) -> None:
    """Serve the archive's reading room, also while a crawl is at work.  Ctrl-C ends it.

    Without --host it answers this machine alone, and no other name than localhost, so that no page of somebody else's can
    pass its own name off as it; --host-name allows others.  With --public nobody runs SQL of their own (canned queries and
    tables stay), queries have a second, and what tells of you or the server is closed (saved searches, runs, robots);
    put a proxy with TLS before it.

    --desk remembers what you have seen, keep, note, gather and review, in desk.db beside the archive's database. Whoever
    has an account on this machine can use it; it does not go with --public, --host-name or a --host that others reach.

    The archive's folder is taken for data, somebody may have sent it: metadata, settings, templates and plugins that lie in
    it count for nothing; --metadata names your own.  `datasette ARCHIVE` believes them all, and runs the plugins.
    """
    from newscrawler.desk import ENVIRONMENT as DESK
    from newscrawler.sandbox import SERVED
    from newscrawler.urls.host_names import ANY, ENVIRONMENT

    folder = options.archive_folder(folder)
    if asked.desk:
        _check_desk(address, asked)
    foreign = reading_room.check(folder)
    host, port = address.host, address.port
    _check_port(host, port)
    for line in reading_room.remarks(folder, foreign, asked.metadata):
        click.echo(f"note: {line}", err=True)
    told = reading_room.metadata(asked.metadata, foreign, public=asked.public)
    arguments = reading_room.arguments(folder, host, port, public=asked.public)
    # whoever gives it to others by --host has it called by their names for this machine
    os.environ[ENVIRONMENT] = ",".join(asked.names if _is_loopback(host) or asked.names else [ANY])
    os.environ[SERVED] = "1"
    os.environ[DESK] = "1" if asked.desk else ""
    for name, value in THRIFT:
        os.environ.setdefault(name, value)
    click.echo(f"Starting to serve the archive in {folder} at http://{address.shown}/ (Ctrl-C ends)", err=True)
    if not _is_loopback(host):
        click.echo(_warning(host, public=asked.public), err=True)
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file:  # Datasette reads its metadata from its standard input, and no file is left over
        file.write(json.dumps(told).encode())
        file.seek(0)
        os.dup2(file.fileno(), 0)
        os.execv(sys.executable, [*arguments, "--open"] if asked.browser else arguments)  # noqa: S606 no shell is meant


COMMANDS = [serve]
