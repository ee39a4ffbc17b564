"""The command, as the script `newscrawler` and as `python -m newscrawler` start it.

Importing what the verbs are made of takes a second, in which a stop is one too.
"""

from __future__ import annotations

import os
import signal

_INTERRUPTED = 130


def _leave(number: int, frame: object) -> None:
    """A handler for while nothing is open yet, or any more."""
    os.write(2, b"newscrawler: interrupted\n")
    os._exit(_INTERRUPTED)


def run() -> None:
    """Run the command line of this process."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(each, _leave)
    from newscrawler.cli import main
    from newscrawler.cli.stopping import give_way

    give_way(_leave)
    main(prog_name="newscrawler")


if __name__ == "__main__":
    run()
