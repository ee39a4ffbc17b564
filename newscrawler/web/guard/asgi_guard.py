"""What every answer of the process carries, Datasette's own pages among them: headers, tame redirects, defused CSV."""

from __future__ import annotations

import base64
import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import datasette

from newscrawler.text.spreadsheets import defused_csv
from newscrawler.urls import host_names
from newscrawler.web.guard import kept_answers
from newscrawler.web.guard.turns import Turns, has_turn, is_small

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Hashable, Iterator

    from newscrawler.web.guard.turns import Turn

App = Any  # an ASGI application

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
# values that Datasette's templates write into a script and that we know beforehand; a script with any other is not let run
_TEMPLATE_VALUES = {"{{ datasette_allow_facet }}": ("true", "false"), "{{ datasette_version }}": (datasette.__version__,)}
# pages for whoever runs the server, which tell of its files and its software
_OPERATOR_PAGES = re.compile(r"^/-/(?!reading-room/|static/|static-plugins/)")
# pages that are never large; tables and SQL are what is left
_READING_ROOM = re.compile(
    r"^/(?:$|-/|(?:search|compare|saved|article|story|event|events|silent-edits|corrections|deletions|sources|source"
    r"|health|runs|run|schema|desk|today)(?:$|[/.]))"
)
_READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def _inline_scripts(template: str) -> Iterator[str]:
    """The scripts in a template's text that come out the same whatever the page holds."""
    for found in _SCRIPT.finditer(template):
        code = found["code"]
        if "src=" in found["attributes"] or not code.strip():
            continue
        variants = [code]
        for name, values in _TEMPLATE_VALUES.items():
            if name in code:
                variants = [code.replace(name, value) for value in values]
        yield from (each for each in variants if "{{" not in each and "{%" not in each)


def script_hashes(templates: Path) -> list[str]:
    """CSP sources ('sha256-…', CSP level 3) of the inline scripts of a folder of templates, sorted."""
    scripts = {
        each for path in sorted(templates.glob("*.html")) for each in _inline_scripts(path.read_text(encoding="utf-8"))
    }
    return sorted(f"'sha256-{base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()}'" for each in scripts)


def stock_policy() -> str:
    """The policy for Datasette's own pages: its scripts, by hash of the templates as they are installed; no others."""
    hashes = " ".join(script_hashes(Path(datasette.__file__).parent / "templates"))
    return (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def tame_location(location: bytes) -> bytes:
    r"""A redirect's target that stays here: what a browser would read as another host becomes a path.

    >>> tame_location(b"//example.com"), tame_location(b"/\\example.com/x"), tame_location(b"/news?a=//b")
    (b'/example.com', b'/example.com/x', b'/news?a=//b')
    """
    location = bytes(byte for byte in location if byte > 0x20 and byte != 0x7F)
    if re.match(rb"[/\\]{2}|\\", location):
        return b"/" + location.lstrip(b"/\\")
    return location


class _CsvDefuser:
    """A CSV body that arrives in pieces; whole records leave."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting = ""
        self._open = False  # whether what waits ends within quotation marks

    def feed(self, piece: bytes, *, last: bool) -> bytes:
        text = self._decoder.decode(piece, final=last)
        self._waiting, end = self._waiting + text, 0
        at = len(self._waiting) - len(text)
        for found in re.finditer(r'["\n]', text):
            if found[0] == '"':
                self._open = not self._open
            elif not self._open:
                end = at + found.end()
        whole, self._waiting = (self._waiting, "") if last else (self._waiting[:end], self._waiting[end:])
        return defused_csv(whole).encode()


def _foreign_host(scope: dict[str, Any], allowed: Collection[str]) -> str | None:
    """The Host of a request that is not for us; HTTP/1.0 has none."""
    hosts = [value.decode("latin-1") for name, value in scope.get("headers") or () if name.lower() == b"host"]
    return next((each for each in hosts if not host_names.is_ours(each, allowed)), None)


@dataclass(frozen=True, slots=True)
class Rules:
    """What depends on an instance's settings; all are asked late, when Datasette knows them.

    `policy`: the Content-Security-Policy of answers that have none; `public`: whether the inner pages are closed; `names`:
    what it may be called by, beside this machine's names and addresses; `base`: the base_url; `takes_posts`: whether
    something may be posted to a path; `version`: of all that answers are made of, None where none may be given again.
    """

    policy: Callable[[], str]
    public: Callable[[], bool]
    names: Callable[[], Collection[str]]
    base: Callable[[], str]
    takes_posts: Callable[[str], bool]
    version: Callable[[], Hashable | None]


def guard(app: App, rules: Rules) -> App:
    """An ASGI application with our headers on what it answers, for whom it may answer, large answers by turns."""
    policy: list[bytes] = []  # asked once, when Datasette knows its settings
    turns, answers = Turns(), kept_answers.Answers()

    async def guarded(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if not policy:
            policy.append(rules.policy().encode("latin-1"))
        path = "/" + scope["path"].removeprefix(rules.base()).lstrip("/")
        if refusal := _refusal(scope, path, rules):
            await _refuse(_AnswerSender(scope["path"], policy[0], send), refusal)
            return

        async def anew(send: Any) -> None:
            answer = _AnswerSender(scope["path"], policy[0], send)
            if _READING_ROOM.match(path) or has_turn():
                await app(scope, receive, answer.send)
                return

            async def in_turn(turn: Turn) -> None:
                answer.begins = turn.leave
                await app(scope, receive, answer.send)

            await turns.take(in_turn, small=is_small(path, scope.get("query_string", b"").decode("latin-1")))

        if path.startswith("/-/") or _brings_sql(scope):
            await anew(send)
        else:
            await answers.give(rules.version(), scope, send, anew)

    return guarded


@dataclass(frozen=True, slots=True)
class _Refusal:
    status: int
    sentence: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


def _refusal(scope: dict[str, Any], path: str, rules: Rules) -> _Refusal | None:
    """Why a request is not answered at all; None where it is."""
    if (host := _foreign_host(scope, rules.names())) is not None:
        return _Refusal(421, host_names.refusal(host))
    if rules.public() and _OPERATOR_PAGES.match(path):
        return _Refusal(404, "Not here.")
    if scope["method"] not in _READ_METHODS and not rules.takes_posts(path):
        return _Refusal(405, "Nothing is posted here: GET or HEAD.", ((b"allow", b"GET, HEAD"),))
    if not _READING_ROOM.match(path) and _is_of_other_site(scope) and _brings_sql(scope):
        return _Refusal(403, "A page of another site asks for SQL here. Open the address yourself if you mean it.")
    return None


def _is_of_other_site(scope: dict[str, Any]) -> bool:
    """Whether a browser says that another site's page asks (Fetch Metadata, Sec-Fetch-Site); programs do not say."""
    told = [value for name, value in scope.get("headers") or () if name.lower() == b"sec-fetch-site"]
    return any(value not in {b"same-origin", b"none"} for value in told)


def _brings_sql(scope: dict[str, Any]) -> bool:
    query = scope.get("query_string", b"").decode("latin-1")
    return any(name in {"sql", "_where"} for name, _ in parse_qsl(query, keep_blank_values=True))


async def _refuse(answer: _AnswerSender, refusal: _Refusal) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *refusal.headers]
    await answer.send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await answer.send({"type": "http.response.body", "body": refusal.sentence.encode()})


class _AnswerSender:
    """One answer on its way out."""

    def __init__(self, path: str, policy: bytes, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._path, self._policy, self._send = path, policy, send
        self._csv: _CsvDefuser | None = None
        self.begins: Callable[[], None] = lambda: None  # is called when there is an answer

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.begins()
            message = {**message, "headers": self._headers([(k.lower(), v) for k, v in message.get("headers") or []])}
        elif message["type"] == "http.response.body" and self._csv:
            last = not message.get("more_body")
            message = {**message, "body": self._csv.feed(message.get("body", b""), last=last)}
        await self._send(message)

    def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        kind = dict(headers).get(b"content-type", b"")
        if kind.startswith(b"text/csv") or (self._path.endswith(".csv") and kind.startswith(b"text/plain")):
            self._csv = _CsvDefuser()
            headers = [(name, value) for name, value in headers if name != b"content-length"]
        headers = [(name, tame_location(value) if name == b"location" else value) for name, value in headers]
        present = {name for name, _ in headers}
        ours = (*HEADERS, (b"content-security-policy", self._policy))
        return headers + [(name, value) for name, value in ours if name not in present]
