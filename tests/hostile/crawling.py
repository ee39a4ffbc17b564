"""Cases out of their files, one crawl of all their hosts beside the demo newspaper, one a day later, and what came of it."""

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from clockwork import SITECUSTOMIZE
from hosts import CANARY, OPEN, HostileWeb, article, feed, reply, title_of, words_of

HERE = Path(__file__).parent
HANG = 300
DAY = 25 * 3600  # seconds: what is asked again after a day is due
SMALL = {  # the limits of a crawl, lowered so that harmless pages reach them
    "DOWNLOAD_MAXSIZE": 2_000_000, "DOWNLOAD_TIMEOUT": 4, "DOWNLOAD_DELAY": 0, "AUTOTHROTTLE_ENABLED": False,
    "NEWSCRAWLER_ALLOW_NETWORKS": f"127.0.0.1/32,{OPEN}", "NEWSCRAWLER_WORKERS": 2, "NEWSCRAWLER_HOST_BUDGET": 60,
}  # fmt: skip
VICTIM = "victim.example"
SOURCE = '[{id}]\nname = "{id}"\nhome = "{base}/"\nkind = "wire"\nkeep = "all"\n[[{id}.endpoints]]\nkind = "{kind}"\nurl = "{url}"\n\n'


@dataclass(frozen=True)
class Case:
    """One hostile host: what it serves at first and a day later, and what must come of that."""

    name: str
    guarantees: tuple[int, ...]
    why: str
    given: dict

    @property
    def host(self) -> str:
        return f"{self.name}.example"

    @property
    def scheme(self) -> str:
        return self.given.get("scheme", "http")


def read_cases() -> list[Case]:
    found = []
    for path in sorted((HERE / "cases").glob("*.toml")):
        for name, given in tomllib.loads(path.read_text(encoding="utf-8")).items():
            found.append(Case(name, tuple(given["guarantees"]), given["why"], given))
    assert len({case.name for case in found}) == len(found), "two cases of one name"
    return found


def filled(value, words: dict[str, str]):
    """A case's values with {base} and the like filled in."""
    if isinstance(value, str):
        for name, text in words.items():
            value = value.replace(f"{{{name}}}", text)
        return value
    if isinstance(value, dict):
        return {filled(key, words): filled(each, words) for key, each in value.items()}
    return [filled(each, words) for each in value] if isinstance(value, list) else value


def words_for(case: Case, web: HostileWeb) -> dict[str, str]:
    port = {"https": web.tls_port, "untrusted": web.untrusted_port, "misnamed": web.misnamed_port}.get(case.scheme, web.port)
    return {
        "base": f"{'http' if case.scheme == 'http' else 'https'}://{case.host}:{port}", "host": case.host,
        "port": str(web.port), "canary": CANARY, "victim": f"http://{VICTIM}:{web.port}", "plain": f"http://{case.host}:{web.port}",
        "name": case.name,
    }  # fmt: skip


def prepare(case: Case, web: HostileWeb, edition: str) -> str:
    """Let the web serve an edition of a case; its source as the catalogue has it."""
    words = words_for(case, web)
    given = filled(case.given, words)
    host = web.hosts.get(case.host) or web.add(case.host)
    links = given.get("feed", [])
    every = [*links, *([] if given.get("alone") else ["/good"])]
    full = [words["base"] + each if isinstance(each, str) and each.startswith("/") else each for each in every]
    served = {"/good": {}, "/feed.xml": {"feed": full}} | given.get("serve", {})
    if edition == "later":
        served |= given.get("later", {})
    for path, answer in served.items():
        host.replies[path] = reply(case.name + path, answer)
    endpoint = {"kind": "rss", "path": "/feed.xml"} | given.get("endpoint", {})
    source = SOURCE.replace('keep = "all"\n', f'keep = "all"\n{given.get("source", "")}\n')
    return source.format(id=case.name, base=words["base"], kind=endpoint["kind"], url=words["base"] + endpoint["path"])


def serve_victim(web: HostileWeb) -> str:
    """A newspaper that others make claims about."""
    host, base = web.add(VICTIM), f"http://{VICTIM}:{web.port}"
    host.replies["/story"] = reply("victim/story", {"head": "<meta name='author' content='Ada Wren'>"})
    host.replies["/other"] = reply("victim/other", {})
    host.replies["/feed.xml"] = reply("", {"feed": [f"{base}/story", f"{base}/other"]})
    return SOURCE.format(id="victim", base=base, kind="rss", url=f"{base}/feed.xml")


@dataclass
class Outcome:
    """What two crawls left: archives as they were after each, requests of each, output of each."""

    folder: Path
    logs: list[list[tuple[str, str, str, str]]] = field(default_factory=list)
    ended: list[tuple[int, str]] = field(default_factory=list)  # (exit code, stderr)
    words: dict[str, dict[str, str]] = field(default_factory=dict)

    def rows(self, when: int, sql: str, *values) -> list[tuple]:
        with closing(sqlite3.connect(self.folder / f"after-{when}" / "news.db")) as db:
            return db.execute(sql, values).fetchall()

    def save(self) -> None:
        (self.folder / "outcome.json").write_text(json.dumps([self.logs, self.ended, self.words]))

    @classmethod
    def load(cls, folder: Path) -> "Outcome":
        return cls(folder, *json.loads((folder / "outcome.json").read_text()))


class Kit:
    """A folder in which crawls of the hostile web run, with a clock of their own."""

    def __init__(self, folder: Path, catalogue: str, names: dict[str, list[str]], authority: Path) -> None:
        self.folder, self.archive = folder, folder / "archive"
        self._tools = folder / "tools"
        self._tools.mkdir()
        (self._tools / "sitecustomize.py").write_text(SITECUSTOMIZE)
        shutil.copy(HERE / "clockwork.py", self._tools)
        (folder / "catalogue.toml").write_text(catalogue)
        (folder / "names.json").write_text(json.dumps(names))
        self.clock = folder / "clock"
        self.clock.write_text("0")
        usual = {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
        self.environment = usual | {
            "PYTHONPATH": str(self._tools), "CLOCK": str(self.clock), "NAMES": str(folder / "names.json"),
            "SSL_CERT_FILE": str(authority),
        }  # fmt: skip

    def command(self, *more: str, settings: dict | None = None) -> list[str]:
        given = SMALL | {"NEWSCRAWLER_EVENTS": "False"} | (settings or {})  # tests of events make them
        options = [part for name, value in given.items() for part in ("--set", f"{name}={value}")]
        words = [
            "crawl",
            "--catalogue",
            str(self.folder / "catalogue.toml"),
            "--archive",
            str(self.archive),
            *options,
            *more,
        ]
        return [sys.executable, "-m", "newscrawler", *words]

    def start(
        self, *more: str, settings: dict | None = None, largest_file: int | None = None, stderr=subprocess.PIPE
    ) -> subprocess.Popen:
        """Begin a crawl; none of its files grows beyond `largest_file` bytes, which is as if the disk were full."""

        def limit() -> None:
            if largest_file is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))

        return subprocess.Popen(
            self.command(*more, settings=settings), cwd=self.folder, env=self.environment, text=True, preexec_fn=limit,
            stdout=subprocess.DEVNULL, stderr=stderr, start_new_session=True,
        )  # fmt: skip

    def crawl(self, *more: str, settings: dict | None = None) -> tuple[int, str]:
        process = self.start(*more, settings=settings)
        _, stderr = process.communicate(timeout=HANG)
        return process.returncode, stderr


def names_of(cases: list[Case], web: HostileWeb) -> dict[str, list[str]]:
    """Whither names lead: their hosts, and what cases say of further names (`canary`, or the host and then the canary)."""
    names = web.names
    for case in cases:
        for name, leads in case.given.get("names", {}).items():
            own = names[case.host][0]
            names[name] = {"canary": [CANARY], "rebinding": [own, CANARY], "own": [own]}[leads]
    return names


def run_both(folder: Path, demo) -> Outcome:
    """Crawl all hosts at once, and all again on the day after, when some serve something else."""
    cases = read_cases()
    (tls := folder / "tls").mkdir(parents=True)
    with HostileWeb(tls, [case.host for case in cases if case.scheme != "http"]) as web:
        catalogue = demo.catalogue + serve_victim(web) + "".join(prepare(case, web, "first") for case in cases)
        kit = Kit(folder, catalogue, names_of(cases, web), web.authority)
        for case in cases:
            for name in case.given.get("names", {}):
                web.hosts.setdefault(name, web.hosts[case.host])
        outcome = Outcome(folder, words={case.name: words_for(case, web) for case in cases})
        for when, edition in enumerate(("first", "later")):
            if edition == "later":
                kit.clock.write_text(str(DAY))
                for case in cases:
                    prepare(case, web, edition)
            web.log.clear()
            outcome.ended.append(kit.crawl())
            outcome.logs.append(list(web.log))
            shutil.copytree(kit.archive, folder / f"after-{when}")
    outcome.save()
    return outcome


__all__ = ["Case", "Kit", "Outcome", "article", "feed", "read_cases", "run_both", "title_of", "words_of"]
