"""Deploys two projects to a Scrapyd of our own, crawls a newspaper on localhost by each, and looks at what came of it.

.ci/scrapyd.py FOLDER EXTENDING     FOLDER/env has Scrapyd, FOLDER/ours is newscrawler's repository; docs/extending.md
"""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

from newscrawler.demo.server import DemoWeb

SECONDS = 180  # that a job may take


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def asked(address: str, **form: str) -> dict[str, Any]:
    """What Scrapyd answers; a form is posted."""
    data = urlencode(form).encode() if form else None
    with urlopen(address, data, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    assert found["status"] == "ok", found
    return found


def waited(look: Any) -> Any:
    """What a function returns as soon as that is something."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            if found := look():
                return found
        except OSError:  # nobody listens yet
            pass
        time.sleep(0.5)
    raise TimeoutError


def write_project(folder: Path, page: str) -> None:
    """The project of docs/extending.md, file by file."""
    for name, text in re.findall(r"```\w+\n# (\S+)\n(.*?)```", page, re.DOTALL):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    (folder / "mynews" / "__init__.py").touch()


def deploy(folder: Path, project: str, url: str, bin_: Path) -> None:
    """Build a project's egg and hand it to Scrapyd."""
    with (folder / "scrapy.cfg").open("a") as file:
        file.write(f"\n[deploy]\nurl = {url}/\nproject = {project}\n")
    done = subprocess.run([bin_ / "scrapyd-deploy"], cwd=folder, capture_output=True, text=True, check=False)
    assert '"status": "ok"' in done.stdout, done.stdout + done.stderr


def crawl(url: str, project: str, spider: str, **arguments: str) -> str:
    """The number of a job that has ended."""
    job = str(asked(f"{url}/schedule.json", project=project, spider=spider, **arguments)["jobid"])
    waited(lambda: [each for each in asked(f"{url}/listjobs.json?project={project}")["finished"] if each["id"] == job])
    return job


def main(out: Path, page: Path) -> None:
    """All of it."""
    work, bin_, port = out / "work", out / "env" / "bin", free_port()
    url = f"http://127.0.0.1:{port}"
    write_project(out / "theirs", page.read_text(encoding="utf-8"))
    work.mkdir()
    (work / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\nbind_address = 127.0.0.1\nmax_proc = 1\n")
    with DemoWeb(datetime.now(UTC)) as web, (out / "scrapyd.log").open("w") as log:
        lines = ('allow_networks = ["127.0.0.0/8"]', "shipped_catalogue = false", 'catalogues = ["mine.toml"]', "delay = 0")
        (work / "newscrawler.toml").write_text("\n".join((*lines, "workers = 1")))
        (work / "mine.toml").write_text(web.catalogue)
        environment = os.environ | {"PATH": f"{bin_}:{os.environ['PATH']}"}
        scrapyd = subprocess.Popen([bin_ / "scrapyd"], cwd=work, env=environment, stdout=log, stderr=log)
        try:
            waited(lambda: asked(f"{url}/daemonstatus.json"))
            deploy(out / "ours", "newscrawler", url, bin_)
            deploy(out / "theirs", "mynews", url, bin_)
            spiders = {
                each: asked(f"{url}/listspiders.json?project={each}")["spiders"] for each in ("newscrawler", "mynews")
            }
            assert spiders == {"newscrawler": ["news"], "mynews": ["bulletins", "news"]}, spiders
            jobs = [
                crawl(url, "newscrawler", "news", sources="harbour-gazette"),
                crawl(url, "mynews", "bulletins", start=f"{web.gazette}/", setting="NEWSCRAWLER_ARCHIVE=theirs"),
                crawl(url, "newscrawler", "news", sources="nobody"),
            ]
        finally:
            scrapyd.terminate()
            scrapyd.wait()
    ended = [
        re.search(rf"Process (finished|died: exitstatus=\d+).*{job}", (out / "scrapyd.log").read_text()) for job in jobs
    ]
    assert [each and each[1] for each in ended] == ["finished", "finished", "died: exitstatus=2"], ended
    assert "there is no source 'nobody'" in next((work / "logs").rglob(f"{jobs[2]}.log")).read_text()
    for name, run in (("archive", "scrapy crawl news"), ("theirs", "scrapy crawl bulletins")):
        with closing(sqlite3.connect(work / name / "news.db")) as db:
            assert db.execute("SELECT command, exit_code FROM runs").fetchall() == [(run, 0)]
            (articles,) = db.execute("SELECT count(*) FROM articles").fetchone()
            assert articles > 0
            print(f"{run}, by Scrapyd: {articles} articles")
    assert (work / "headlines.txt").read_text().count("\n") == articles  # by the project's own pipeline


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]))
