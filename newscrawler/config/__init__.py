"""newscrawler.toml: TOML text in, a Config out, with errors that name file and key.  `load` reads the file, at the edge."""

from __future__ import annotations

import ipaddress
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newscrawler import __version__
from newscrawler.errors import ConfigError

if TYPE_CHECKING:
    from newscrawler.config.alert_rules import AlertRule

FILE = "newscrawler.toml"
RESPECTED = ("noarchive", "unavailable_after")  # rules of publishers that a user may let newscrawler obey


@dataclass(frozen=True, slots=True)
class Config:
    """What a user may set; the defaults are what holds without a file."""

    archive: str = "archive"  # the archive's folder
    catalogues: tuple[str, ...] = ()  # further catalogue files, beside the shipped one
    shipped_catalogue: bool = True  # false: only the files above
    beat: str = ""  # a TOML file of terms and topics of your own
    contact: str = ""  # an address or web page, for the User-Agent
    delay: float = 1.0  # seconds between two requests to a host, at least
    concurrency: int = 64  # requests at once, over all hosts
    workers: int = 2  # processes that extract
    host_budget: int = 3000  # requests to one host a run, 0: any number
    source_budget: int = 1000  # pages of one source a run, 0: any number
    revisits: int = 200  # known articles to look at again, of one source in one crawl; 0 or false: none
    respect: tuple[str, ...] = ()  # rules of publishers by which no text is kept: "noarchive", "unavailable_after"
    tdmrep: bool = True  # ask each host for its reservations of text and data mining, once a week
    events: bool = True  # false: a crawl makes no vectors and events of what it brought; `events --update` does
    allow_networks: tuple[str, ...] = ()  # private networks that may be asked, such as "10.0.0.0/8"
    pages_store: str = ""  # where WARC files go that are written no more: a shared folder, or s3://bucket/folder
    alerts: tuple[AlertRule, ...] = ()  # what is sent where, and when

    @property
    def user_agent(self) -> str:
        """Who we are, and how to reach whoever runs us (RFC 9110, 10.1.5)."""
        return f"newscrawler/{__version__} ({f'+{self.contact}' if self.contact else 'news archive; no contact set'})"


_WANTED = {
    "archive": "a folder's name",
    "catalogues": 'a list of files such as ["my-sources.toml"]',
    "shipped_catalogue": "true or false",
    "beat": "the name of a TOML file",
    "contact": "an e-mail address or a web page",
    "delay": "a number of seconds, 0 or more",
    "concurrency": "a whole number from 1 to 1000",
    "workers": "a whole number from 1 to 64",
    "host_budget": "a whole number, 0 or more",
    "source_budget": "a whole number, 0 or more",
    "revisits": "a whole number from 0 to 100000, true or false",
    "respect": 'a list of "noarchive" and "unavailable_after", or of none of them',
    "tdmrep": "true or false",
    "events": "true or false",
    "pages_store": "a folder, or an address such as s3://bucket/folder",
    "allow_networks": 'a list of networks such as ["10.0.0.0/8"]',
}


def _valid(key: str, value: Any) -> bool:
    texts = isinstance(value, list) and all(isinstance(each, str) and each for each in value)
    match key:
        case "archive" | "beat" | "contact" | "pages_store":
            return isinstance(value, str) and value.isprintable() and bool(value.strip())
        case "catalogues":
            return texts
        case "respect":
            return isinstance(value, list) and all(each in RESPECTED for each in value)
        case "shipped_catalogue" | "tdmrep" | "events":
            return isinstance(value, bool)
        case "delay":
            return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 3600
        case "host_budget" | "source_budget":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "concurrency" | "workers":
            limit = 1000 if key == "concurrency" else 64
            return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= limit
        case "revisits":
            return isinstance(value, int) and 0 <= value <= 100_000
        case _:
            return texts and all(_is_network(each) for each in value)


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def parse_config(toml: str, file: str = FILE) -> Config:
    """A Config out of the file's text.  Raises ConfigError, naming the file and the key."""
    try:
        values = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from error
    known = [each.name for each in fields(Config)]
    stated: Any = values.pop("alerts", [])
    rules: tuple[AlertRule, ...] = ()
    if stated != []:  # nearly all files have none, and time zones take a while to load
        from newscrawler.config.alert_rules import parse_alert_rules

        rules = parse_alert_rules(stated, file)
    for key, value in values.items():
        if key not in known:
            raise ConfigError(f"{file}: unknown key {key!r}; known are {', '.join(known)}")
        if not _valid(key, value):
            raise ConfigError(f"{file}: {key} = {value!r} is not {_WANTED[key]}")
    if values.get("revisits") is True:
        del values["revisits"]  # as it is without the key
    checked: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return replace(Config(alerts=rules), **checked)


def load(folder: Path) -> Config:
    """The Config of a working folder; the defaults where it has no newscrawler.toml.

    A process reads the file once, and again only where it has changed.  Raises ConfigError, naming the file.
    """
    path = folder / FILE
    try:
        state = path.stat()
        return _read(path, path.absolute(), (state.st_mtime_ns, state.st_size, state.st_ino))
    except FileNotFoundError:
        return Config()
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 text") from error


@cache
def _read(path: Path, place: Path, state: tuple[int, ...]) -> Config:
    """`place` tells one working folder from another, `state` one version of the file from the next.

    Read by the path as given: of a working folder one may be let in where its parents are closed.
    """
    return parse_config(path.read_text(encoding="utf-8"), str(path))
