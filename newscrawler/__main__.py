"""The command, as the script `newscrawler` and as `python -m newscrawler` start it.

Importing what the verbs are made of takes a second, in which a stop is one too.
"""

from __future__ import annotations

import os
import signal
import sys

_INTERRUPTED = 130


def _leave(number: int, frame: object) -> None:
    """A handler for while nothing is open yet, or any more."""
    os.write(2, b"newscrawler: interrupted\n")
    os._exit(_INTERRUPTED)


def _open_streams() -> None:
    """Let stdin, stdout and stderr be open to nothing where whoever started this closed them.

    The archive's files would have their numbers else, and what a library says on stderr would be written into those.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            # the lowest number that is free; what this process starts is to have it, too
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115 for good


def run() -> None:
    """Run the command line of this process."""
    _open_streams()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(each, _leave)
    from newscrawler.cli import main
    from newscrawler.cli.stopping import give_way

    give_way(_leave)
    main(prog_name="newscrawler")


if __name__ == "__main__":
    run()
