"""A crawl in a process whose clock and name look-ups are the tests': what `sitecustomize` there imports.

CLOCK names a file with the seconds that its clock is ahead (or behind), read at every look at the clock, so that it may
step while a crawl runs.  NAMES names a JSON file: name -> addresses, given out one after another.
"""

import datetime as dt
import json
import os
import socket
from pathlib import Path

SITECUSTOMIZE = "import clockwork\nclockwork.install()\n"


def install() -> None:
    if clock := os.environ.get("CLOCK"):
        import newscrawler.crawl.session as session

        session.utc_now = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(Path(clock).read_text() or 0))
    if names := os.environ.get("NAMES"):
        _look_up_in(json.loads(Path(names).read_text()))


def _look_up_in(names: dict[str, list[str]]) -> None:
    usual = socket.gethostbyname

    def look_up(name: str) -> str:
        name = name.rstrip(".")
        if name not in names:
            if name == "localhost" or not name.strip("0123456789.:abcdefABCDEF"):
                return usual(name)  # of this machine, or an address
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        addresses = names[name]
        return addresses.pop(0) if len(addresses) > 1 else addresses[0]

    socket.gethostbyname = look_up
