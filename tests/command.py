"""The command as tests run it: in this process, or, where it crawls, in a process of its own that need not start.

A test that is about processes (signals, pipes, kills, what a user's shell would see) starts `python -m newscrawler` itself.
"""

import contextlib
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from newscrawler.cli import main

HANG = 300  # seconds after which a command will not end any more, however busy the machine is

# A process for each crawl, because Twisted's reactor starts once; forked from one that has imported everything,
# because its imports would be most of what a small crawl costs.
_PRELOADED = (
    "newscrawler.cli", "newscrawler.cli.crawl", "newscrawler.cli.archivist", "newscrawler.cli.worker", "newscrawler.crawl.session", "newscrawler.spiders.news", "newscrawler.spiders.backfill",
    "newscrawler.engine.archivist", "newscrawler.engine.session", "newscrawler.engine.streams", "newscrawler.spiders.work",
    "newscrawler.spiders.fetch", "newscrawler.middlewares", "newscrawler.extensions", "newscrawler.pipelines",
    "scrapy.crawler", "scrapy.squeues", "scrapy.pqueues", "scrapy.statscollectors", "aiohttp", "tldextract",
)  # fmt: skip
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([*_PRELOADED])


def environment() -> dict[str, str]:
    """The machine's, without a proxy (nothing here needs the internet) and without a word of who started the tests."""
    return {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy") and key != "UV"}


def command(
    *arguments: object, cwd: Path, stdin: str | bytes | None = None, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run a verb that does not crawl, in this process.  An exception that the command lets out is the test's too."""
    words = [*map(str, arguments)]
    with contextlib.chdir(cwd), mock.patch.dict(os.environ, environment() | extra, clear=True):
        done = CliRunner().invoke(main, words, input=stdin, prog_name="newscrawler")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return subprocess.CompletedProcess(words, done.exit_code, done.stdout, done.stderr)


def newscrawler(*arguments: object, cwd: Path, stdin: str = "", **extra: str) -> subprocess.CompletedProcess[str]:
    """Run any verb in a process of its own, as a user would."""
    words = [*map(str, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name) for name in ("stdin", "stdout", "stderr")]
        files[0].write_text(stdin)
        process = started(words, files, Path(cwd), **extra)
        process.join(HANG)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(words, HANG)
        code = process.exitcode
        process.close()
        return subprocess.CompletedProcess(words, code, *(file.read_text() for file in files[1:]))


def started(words: list[str], files: list[Path], cwd: Path, **extra: str) -> multiprocessing.process.BaseProcess:
    """A verb in a process of its own, at work; `files` are its stdin, stdout and stderr."""
    process = _forks.Process(target=_become, args=(words, files, cwd, environment() | extra))
    process.start()
    return process


def _become(words: list[str], files: list[Path], cwd: Path, variables: dict[str, str]) -> None:
    """Turn this fork into the command: streams, folder and environment as a shell would have set them."""
    for descriptor, (file, flags) in enumerate(zip(files, (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT] * 2), strict=True)):
        opened = os.open(file, flags)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 the process's own
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(variables)
    main(words, prog_name="newscrawler")


def lines(done: subprocess.CompletedProcess[str]) -> list[str]:
    return done.stderr.strip().splitlines()
