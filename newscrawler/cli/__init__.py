"""The command: thin verbs.  Data goes to stdout, everything else to stderr; every error of ours is one line.

A verb's module is imported when it is asked for (`verbs`); heavy ones (Scrapy, trafilatura, Datasette) inside the function.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any

import click

from newscrawler import __version__
from newscrawler.cli.stopping import INTERRUPTED, end_process, interruptible
from newscrawler.cli.verbs import PURPOSES, VERBS, Verbs
from newscrawler.errors import NewscrawlerError
from newscrawler.storage.database.sqlite_errors import explain_errors

EXIT_CODES = """
\b
Exit codes:
  0  fine                       4  every source failed
  1  error                     75  the archive is in use or locked
  2  wrong usage              130  interrupted; what was stored is kept
  3  some sources failed        5  nothing is new (alerts)
"""

_OF_PLACES = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EROFS, errno.EIO)


class _Group(click.Group):
    """Prints every error as one line and exits with its code; lists the verbs by what they are for, and imports none."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(len(name) for name in VERBS)
        for purpose, verbs in PURPOSES.items():
            with formatter.section(purpose):
                formatter.write_dl([(name.ljust(width), said) for name, (_, said) in verbs.items()])

    def main(self, *args: Any, **extra: Any) -> Any:
        try:
            extra["standalone_mode"] = False
            with interruptible(), explain_errors(Path("news.db")):
                sys.exit(super().main(*args, **extra) or 0)
        except NewscrawlerError as error:
            _say(str(error))
            sys.exit(error.exit_code)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            sys.exit(error.exit_code)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "newscrawler"
            _say(f"{error.format_message().rstrip('.')}; see `{path} --help`")
            sys.exit(error.exit_code)
        except click.ClickException as error:
            _say(error.format_message())
            sys.exit(error.exit_code)
        except click.Abort as error:
            _say("interrupted")
            if isinstance(error.__cause__, KeyboardInterrupt):
                end_process()  # Python would end itself by SIGINT where it came at some moments
            sys.exit(INTERRUPTED)
        except KeyboardInterrupt:
            _say("interrupted")
            end_process()
        except BrokenPipeError:
            # `newscrawler search … | head` is fine; keep Python from flushing into the closed pipe at exit
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:
            if (said := _told(error)) is None:
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _say(said)
            sys.exit(1)


def _told(error: OSError) -> str | None:
    """What an error of the system says to whoever called the command; None where it may be a fault of ours."""
    if error.errno == errno.ENOSPC:
        return "no space left to write to; make room and run the same command again, nothing that was stored is lost"
    if error.errno == errno.ENOENT and error.filename is None:  # of a path that begins in the working folder
        return "the folder that this was called in is not there any more; change into another one"
    if error.errno in _OF_PLACES and error.filename is not None:
        return f"{error.filename}: {error.strerror}; name another place"
    return None


def _say(message: str) -> None:
    click.echo(f"newscrawler: {' '.join(message.split())}", err=True)


@click.group(
    cls=_Group, commands=Verbs(), invoke_without_command=True, epilog=EXIT_CODES, context_settings={"max_content_width": 110}
)
@click.version_option(__version__, prog_name="newscrawler")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Collect defence and diplomacy news into one searchable archive.

    \b
    newscrawler demo                    try it on a small newspaper on this machine
    newscrawler crawl                   fetch what is new from all sources
    newscrawler search "joint patrol"   find it again
    newscrawler serve                   read it in a browser

    Without a command: the archive's status.
    """
    if Path("newscrawler.toml").is_file():
        from newscrawler.cli.options import say_where_pages_go

        say_where_pages_go()
    if ctx.invoked_subcommand is None:
        from newscrawler.cli import options, status

        if options.archive_folder(None).is_dir():
            ctx.invoke(status.status)
        else:
            click.echo(ctx.get_help())
