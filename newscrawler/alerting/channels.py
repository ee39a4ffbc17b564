"""Where messages go: mail by SMTP, a webhook, ntfy, stdout.  Secrets come from the environment or a file that it names."""

from __future__ import annotations

import http.client
import json
import os
import re
import smtplib
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

from newscrawler import __version__
from newscrawler.errors import ConfigError, NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newscrawler.alerting.message import Message

SECONDS = 20.0  # that a server may take
PAUSES = (2.0, 10.0)  # seconds before the second and the third try
NTFY_BYTES = 3800  # of 4,096 that ntfy takes for a message
LOCAL = ("localhost", "127.0.0.1", "::1")


_MAILBOX = re.compile(r"[^@\s<>()\[\]\\;:\"]+@[^@\s<>()\[\]\\;:\"]+")


class NotSent(NewscrawlerError):
    """A message did not go out; it comes with the next one.  `may_pass`: worth another try at once."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.may_pass = may_pass


@dataclass(frozen=True, slots=True)
class Channel:
    """`kind` is mail, webhook, ntfy or stdout; `target` as it was written, which may name a variable or a file."""

    kind: str
    target: str
    sender: str = ""

    @property
    def shown(self) -> str:
        """For logs: of an address its host alone, for the rest of it may be a secret."""
        try:
            host = urlsplit(self.target).hostname if "://" in self.target else None
        except ValueError:  # half an IPv6 address
            return self.kind
        return f"{self.kind}:{host or self.target}" if self.target else self.kind


def parse_channel(text: str, contact: str = "") -> Channel:
    """What `--send` and `to` name.  Raises ConfigError for what is no channel."""
    kind, _, target = text.partition(":")
    if kind == "stdout" and not target:
        return Channel(kind, "")
    if kind == "mail" and target and all(_MAILBOX.fullmatch(each) and each.isprintable() for each in target.split(",")):
        return Channel(kind, target, contact if "@" in contact else "")
    if kind in ("webhook", "ntfy") and target and target.isprintable():
        return Channel(kind, target)
    raise ConfigError(f"{text!r} is no channel; give mail:ADDRESS, webhook:URL, ntfy:TOPIC or stdout")


def secret(name: str, environment: Mapping[str, str]) -> str | None:
    """The value of a variable, or of the file that NAME_FILE names; None where neither is set.

    Raises NotSent where that file cannot be read or is empty.
    """
    if value := environment.get(name):
        return value
    file = environment.get(f"{name}_FILE")
    return _content(file, f"{name}_FILE") if file else None


def _content(file: str, named: str) -> str:
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise NotSent(f"{named}: {file} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from error
    if not value:
        raise NotSent(f"{named}: {file} is empty")
    return value


def _address(target: str, environment: Mapping[str, str]) -> str:
    """An address that stands there, or in a variable (env:NAME) or a file (file:PATH): some are secrets."""
    form, _, rest = target.partition(":")
    if form == "env":
        if not environment.get(rest):
            raise NotSent(f"the variable {rest} is not set")
        target = environment[rest]
    elif form == "file":
        target = _content(rest, "file")
    try:
        parts = urlsplit(target)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and target.isprintable()
    except ValueError:  # a port that is none, half an IPv6 address
        is_address = False
    if not is_address or " " in target:
        where = target if form not in ("env", "file") else f"{form}:{rest}"
        raise NotSent(f"{where} is no http or https address")
    return target


_TOKENS = {"webhook": "NEWSCRAWLER_WEBHOOK_TOKEN", "ntfy": "NEWSCRAWLER_NTFY_TOKEN"}


def why_unsendable(channel: Channel, environment: Mapping[str, str]) -> str | None:
    """Why nothing could be sent there now, by its address and secrets alone; None where they can be read.

    No other machine is asked: one that is away will come back.  Mail for which no server is named needs one here.

    >>> why_unsendable(parse_channel("webhook:env:DESK"), {}), why_unsendable(parse_channel("webhook:env:DESK"), {"DESK": "https://a.example/"})
    ('the variable DESK is not set', None)
    """
    try:
        match channel.kind:
            case "mail":
                host, port = _mail_server(environment)[1:3]
                if secret(_SMTP, environment) is None and not _listens(host, port):
                    return f"{_SMTP} is not set, and no mail server answers on {host}:{port}"
            case "webhook":
                _address(channel.target, environment)
            case "ntfy":
                _ntfy_address(channel.target, environment)
        if channel.kind in _TOKENS:
            secret(_TOKENS[channel.kind], environment)
    except NotSent as error:
        return str(error)
    return None


def _listens(host: str, port: int) -> bool:
    """Whether somebody takes connections there, on this machine."""
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def try_out(message: Message, channel: Channel, environment: Mapping[str, str] = os.environ) -> None:
    """Write all of a message as a channel would send it, and send nothing.

    Raises ConfigError for a template, NotSent for an address of mail that cannot be written.
    """
    if channel.kind == "mail":
        _letter(message, channel, environment)
    else:
        message.fields()


def send(
    message: Message,
    channel: Channel,
    environment: Mapping[str, str] = os.environ,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Send, three times at most where the failure may pass.  Raises NotSent, without a secret in its words."""
    way = {"mail": _mail, "webhook": _webhook, "ntfy": _ntfy, "stdout": _print}[channel.kind]
    for wait in (*PAUSES, None):
        try:
            way(message, channel, environment)
        except NotSent as error:
            if wait is None or not error.may_pass:
                raise NotSent(f"{channel.shown}: {error}") from error
            pause(wait)
        else:
            return


def _print(message: Message, channel: Channel, environment: Mapping[str, str]) -> None:
    sys.stdout.write(message.text())
    sys.stdout.flush()


# --- mail


_SMTP = "NEWSCRAWLER_SMTP"


def _mail_server(environment: Mapping[str, str]) -> tuple[SplitResult, str, int]:
    """(its address, host, port).  Raises NotSent for what is none, without a word of it: it holds a password."""
    try:
        parts = urlsplit(secret(_SMTP, environment) or "smtp://localhost:25")
        host, port = parts.hostname or "localhost", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("smtp", "smtps"):
        raise NotSent(f"{_SMTP} is no address such as smtp://user:password@mail.example.org:587 or smtps://…")
    return parts, host, port or (465 if parts.scheme == "smtps" else 25)


def _mail(message: Message, channel: Channel, environment: Mapping[str, str]) -> None:
    parts, host, port = _mail_server(environment)
    try:
        with _server(parts.scheme, host, port) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(_letter(message, channel, environment))
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else str(error.smtp_error)
        raise NotSent(
            f"{host} answered {error.smtp_code} {' '.join(said.split())[:200]}", may_pass=error.smtp_code < 500
        ) from error
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent(f"{host} takes no mail for {', '.join(error.recipients)}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise NotSent(f"{host} offers neither TLS nor a login that we may use: {error}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(f"{host}: {error or type(error).__name__}", may_pass=True) from error


def _server(scheme: str, host: str, port: int) -> smtplib.SMTP:
    """A connection; to other machines by TLS only, verified."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    server = smtplib.SMTP(host, port, timeout=SECONDS)
    try:
        server.ehlo()
        if host not in LOCAL or server.has_extn("starttls"):
            server.starttls(context=context)
    except BaseException:
        server.close()
        raise
    return server


def _letter(message: Message, channel: Channel, environment: Mapping[str, str]) -> EmailMessage:
    letter = EmailMessage()
    letter["Subject"] = message.subject
    sender = environment.get("NEWSCRAWLER_MAIL_FROM") or channel.sender or f"newscrawler@{socket.gethostname()}"
    if not sender.isprintable() or "@" not in sender:
        raise NotSent("NEWSCRAWLER_MAIL_FROM is no address of mail")
    try:
        letter["From"] = sender
    except (AttributeError, IndexError, ValueError) as error:  # half an address
        raise NotSent("NEWSCRAWLER_MAIL_FROM is no address of mail") from error
    letter["To"] = channel.target.replace(",", ", ")
    letter["Date"] = formatdate(localtime=False)
    letter["Message-ID"] = f"<{message.id}@newscrawler.invalid>"  # the same message again is known by it
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    letter.set_content(message.text())
    letter.add_alternative(message.html(), subtype="html")
    return letter


# --- by HTTP


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST would be a GET without what it says."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _post(url: str, body: dict[str, object], token: str | None) -> None:
    headers = {"Content-Type": "application/json", "User-Agent": f"newscrawler/{__version__}"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 http or https: `_address`
    host = urlsplit(url).hostname
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS):
            return
    except urllib.error.HTTPError as error:
        error.close()
        raise NotSent(f"{host} answered {error.code}", may_pass=error.code >= 500 or error.code in (408, 429)) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise NotSent(f"{host} gave no answer: {reason}", may_pass=True) from error
    except http.client.HTTPException as error:
        raise NotSent(f"{host} gave no answer of HTTP: {repr(error)[:200]}", may_pass=True) from error


def _webhook(message: Message, channel: Channel, environment: Mapping[str, str]) -> None:
    token = secret(_TOKENS["webhook"], environment)
    _post(_address(channel.target, environment), message.fields(), token)


_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")  # what ntfy takes for one


def _ntfy_address(target: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """(the server, the topic).  Raises NotSent for what is none."""
    server, topic = "https://ntfy.sh", target
    if ":" in target:
        server, _, topic = _address(target, environment).rstrip("/").rpartition("/")
    if not _TOPIC.fullmatch(topic) or not urlsplit(server).hostname:
        raise NotSent(f"{target} names no topic of ntfy: letters, digits, - and _, 64 at most")
    return server, topic


def _ntfy(message: Message, channel: Channel, environment: Mapping[str, str]) -> None:
    """https://docs.ntfy.sh/publish/#publish-as-json"""
    server, topic = _ntfy_address(channel.target, environment)
    text = message.text().encode()[:NTFY_BYTES].decode("utf-8", "ignore")
    body: dict[str, object] = {"topic": topic, "title": message.subject, "message": text}
    if len(message.items) == 1 and message.items[0].url:
        body["click"] = message.items[0].url
    _post(server, body, secret(_TOKENS["ntfy"], environment))
