"""Alerts that reach people: a mail server, web servers and a clock of the tests; what is sent is sent once."""

import asyncio
import email
import email.policy
import json
import socketserver
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import NOW, candidate, command, database, lease

from newscrawler import process
from newscrawler.alerting import channels, positions
from newscrawler.alerting.channels import NotSent, parse_channel, secret, send, why_unsendable
from newscrawler.alerting.message import Item, Message
from newscrawler.alerting.sending import Sender, is_due
from newscrawler.cli.alert_errand import errand_of
from newscrawler.cli.alerts import _end_without_news
from newscrawler.config import parse_config
from newscrawler.config.alert_rules import AlertRule
from newscrawler.desk import shelves, store
from newscrawler.errors import ArchiveBusy, ArchiveError, ConfigError
from newscrawler.search import saved
from newscrawler.storage.database.identity import identity

ITEM = Item(
    "article 1", "Frigate <b>leaves</b>\n.\nBcc: x@example.org", "2026-11-22, gazette", "https://gazette.example/1?a=1&b=2"
)
MESSAGE = Message("frigates", (ITEM,), "archive")
NO_PAUSE = [].append


class _Mail(socketserver.StreamRequestHandler):
    """SMTP as far as a client needs it (RFC 5321); the server's `refusals` are answers to MAIL, one a try."""

    def handle(self):
        self.wfile.write(b"220 test\r\n")
        for line in self.rfile:
            verb = line.split()[0].upper().decode()
            if verb == "MAIL" and self.server.refusals:
                self.wfile.write(self.server.refusals.pop(0) + b"\r\n")
            elif verb == "DATA":
                self.wfile.write(b"354 go on\r\n")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.letters.append(email.message_from_bytes(body, policy=email.policy.default))
                self.wfile.write(b"250 ok\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if verb == "QUIT" else b"250 ok\r\n")
            if verb == "QUIT":
                return


class _Web(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posts.append((self.path, dict(self.headers), body))
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def mail():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail) as server:
        server.daemon_threads, server.letters, server.refusals = True, [], []
        server.environment = {"NEWSCRAWLER_SMTP": f"smtp://127.0.0.1:{server.server_address[1]}"}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def hook():
    with ThreadingHTTPServer(("127.0.0.1", 0), _Web) as server:
        server.posts, server.answers, server.url = [], [], f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


# --- channels


def test_a_mail_has_text_and_html_and_nothing_of_a_title_becomes_a_header(mail):
    mail.refusals = [b"450 busy", b"451 later"]
    send(MESSAGE, parse_channel("mail:me@example.org,you@example.org", "desk@example.org"), mail.environment, NO_PAUSE)
    (letter,) = mail.letters
    assert (letter["From"], letter["To"]) == ("desk@example.org", "me@example.org, you@example.org")
    assert letter["Bcc"] is None
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = (letter.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert "https://gazette.example/1?a=1&b=2" in text
    assert "<b>" not in html
    assert 'href="https://gazette.example/1?a=1&amp;b=2"' in html


def test_a_webhook_gets_fields_and_a_token_from_a_file(hook, tmp_path):
    (tmp_path / "token").write_text("hush\n")
    (tmp_path / "url").write_text(f"{hook.url}/secret\n")
    hook.answers = [500, 429]
    environment = {"NEWSCRAWLER_WEBHOOK_TOKEN_FILE": str(tmp_path / "token")}
    send(MESSAGE, parse_channel(f"webhook:file:{tmp_path / 'url'}"), environment, NO_PAUSE)
    path, headers, body = hook.posts[-1]
    assert (len(hook.posts), path, headers["Authorization"]) == (3, "/secret", "Bearer hush")
    assert body["items"][0]["url"] == ITEM.url
    assert (body["id"], body["alert"], body["version"]) == (MESSAGE.id, "frigates", 1)


def test_ntfy(hook):
    send(MESSAGE, parse_channel("ntfy:env:TOPIC"), {"TOPIC": f"{hook.url}/desk", "NEWSCRAWLER_NTFY_TOKEN": "t"}, NO_PAUSE)
    path, headers, body = hook.posts[0]
    assert (path, headers["Authorization"], body["topic"], body["click"]) == ("/", "Bearer t", "desk", ITEM.url)


@pytest.mark.parametrize(("answers", "tries"), [([500] * 5, 3), ([403], 1), ([302], 1)])
def test_a_webhook_that_refuses(hook, answers, tries):
    hook.answers = list(answers)
    with pytest.raises(NotSent, match=f"^webhook:127.0.0.1: 127.0.0.1 answered {answers[0]}$"):
        send(MESSAGE, parse_channel(f"webhook:{hook.url}/secret"), {}, NO_PAUSE)
    assert len(hook.posts) == tries


@pytest.mark.parametrize("answer", [b"junk of another protocol\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n"])
def test_a_server_that_answers_no_http(answer):
    class Odd(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.wfile.write(answer)
            self.close_connection = True

    with ThreadingHTTPServer(("127.0.0.1", 0), Odd) as odd:
        threading.Thread(target=odd.serve_forever, daemon=True).start()
        try:
            with pytest.raises(NotSent, match=r"^webhook:127.0.0.1: 127.0.0.1 gave no answer of HTTP: \w+\("):
                send(MESSAGE, parse_channel(f"webhook:http://127.0.0.1:{odd.server_address[1]}/"), {}, NO_PAUSE)
        finally:
            odd.shutdown()


def test_a_server_that_never_answers(monkeypatch):
    monkeypatch.setattr("newscrawler.alerting.channels.SECONDS", 0.2)
    with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler, bind_and_activate=True) as mute:
        port = mute.server_address[1]
        with pytest.raises(NotSent, match="gave no answer"):
            send(MESSAGE, parse_channel(f"webhook:http://127.0.0.1:{port}/"), {}, NO_PAUSE)
        with pytest.raises(NotSent, match=r"mail:me@example.org: 127.0.0.1: "):
            send(MESSAGE, parse_channel("mail:me@example.org"), {"NEWSCRAWLER_SMTP": f"smtp://127.0.0.1:{port}"}, NO_PAUSE)


def test_mail_that_is_refused_for_good_is_tried_once(mail):
    mail.refusals = [b"550 no such sender"] * 3
    with pytest.raises(NotSent, match="550 no such sender"):
        send(MESSAGE, parse_channel("mail:me@example.org"), mail.environment, NO_PAUSE)
    assert len(mail.refusals) == 2


@pytest.mark.parametrize(
    ("channel", "environment", "why"),
    [
        ("webhook:env:DESK", {}, "the variable DESK is not set"),
        ("webhook:desk", {}, "desk is no http or https address"),
        ("ntfy:file:/nowhere/topic", {}, "file: /nowhere/topic cannot be read: No such file or directory"),
        ("mail:a@b.example", {"NEWSCRAWLER_SMTP_FILE": "/nowhere"}, "NEWSCRAWLER_SMTP_FILE: /nowhere cannot be read: No such file or directory"),
        ("webhook:http://[::1/", {}, "http://[::1/ is no http or https address"),
        ("webhook:http://a.example:99999/", {}, "http://a.example:99999/ is no http or https address"),
        ("ntfy:a/b", {}, "a/b names no topic of ntfy: letters, digits, - and _, 64 at most"),
        ("ntfy:env:DESK", {"DESK": "https://ntfy.example/"}, "env:DESK names no topic of ntfy: letters, digits, - and _, 64 at most"),
        ("mail:a@b.example", {"NEWSCRAWLER_SMTP": "mail.example.org"}, "NEWSCRAWLER_SMTP is no address such as smtp://user:password@mail.example.org:587 or smtps://…"),
        ("ntfy:topic", {}, None), ("stdout", {}, None), ("mail:a@b.example", {"NEWSCRAWLER_SMTP": "smtp://mail.example.org"}, None),
        ("webhook:env:DESK", {"DESK": "https://a.example/"}, None),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_known_before_there_is_something_to_send(channel, environment, why):
    assert why_unsendable(parse_channel(channel), environment) == why


@pytest.mark.parametrize("listens", [True, False])
def test_mail_without_a_server_needs_one_on_this_machine(monkeypatch, listens):
    asked = []
    monkeypatch.setattr(channels, "_listens", lambda *where: asked.append(where) or listens)
    said = "NEWSCRAWLER_SMTP is not set, and no mail server answers on localhost:25"
    assert why_unsendable(parse_channel("mail:a@b.example"), {}) == (None if listens else said)
    assert asked == [("localhost", 25)]


def test_who_listens(mail):
    host, port = mail.server_address
    assert channels._listens(host, port)
    assert not channels._listens(host, 1)


@pytest.mark.parametrize(
    "text",
    ["", "mail:", "mail:nobody", "mail:a@b@c", "mail:a@b,", "mail:a b@c", "fax:1", "webhook:", "stdout:x", "webhook:a\nb"],
)
def test_what_is_no_channel(text):
    with pytest.raises(ConfigError, match="is no channel"):
        parse_channel(text)


@pytest.mark.parametrize(
    ("channel", "environment", "said"),
    [
        ("webhook:env:HOOK", {}, "the variable HOOK is not set"),
        ("webhook:env:HOOK", {"HOOK": "ftp://hush"}, "env:HOOK is no http or https address"),
        ("webhook:file:/nowhere", {}, "/nowhere cannot be read"),
        ("mail:a@b", {"NEWSCRAWLER_SMTP": "mail.example.org"}, "NEWSCRAWLER_SMTP is no address such as"),
        ("mail:a@b", {"NEWSCRAWLER_SMTP": "smtp://h:x"}, "NEWSCRAWLER_SMTP is no address such as"),
        ("mail:a@b", {"NEWSCRAWLER_SMTP_FILE": "/nowhere"}, "NEWSCRAWLER_SMTP_FILE: /nowhere cannot be read"),
    ],
)
def test_secrets_that_cannot_be_had(channel, environment, said):
    with pytest.raises(NotSent, match=said) as error:
        send(MESSAGE, parse_channel(channel), environment, NO_PAUSE)
    assert "hush" not in str(error.value)


def test_an_empty_secret_is_none(tmp_path):
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(NotSent, match="is empty"):
        secret("A", {"A_FILE": str(tmp_path / "empty")})
    assert secret("A", {}) is None


# --- once, and when


@pytest.fixture
def sender(archive):
    """(a sender into a list, a function by which an article comes)."""
    outbox = []

    def come(number, text):
        page = candidate(lease(archive, f"https://gazette.example/{number}"), f"{text} " * 40, title=f"Frigate {number}")
        with archive.transaction():
            process.file(page, archive)

    saved.save(archive.db, "frigates", "frigate", NOW)
    return Sender(archive.db, archive.folder, lambda message, channel: outbox.append(message)), come, outbox


def test_each_article_is_sent_once_to_each_channel(sender):
    out, come, outbox = sender
    rules = [AlertRule("mail:a@example.org", "frigates"), AlertRule("stdout", "frigates")]
    come(1, "A frigate left its base")
    assert [each.items for each in out.run(rules, NOW)] == [1, 1]
    assert [each.items for each in out.run(rules, NOW)] == [0, 0]
    come(2, "Another frigate came back to another harbour")
    assert [each.items for each in out.run(rules[:1], NOW)] == [1]
    assert [[item.title for item in message.items] for message in outbox] == [["Frigate 1"], ["Frigate 1"], ["Frigate 2"]]
    assert "example.org" not in (out.folder / positions.FILE).read_text()


def test_an_event_is_told_of_once(sender):
    out, come, outbox = sender
    come(1, "A frigate left its base")
    come(2, "Une frégate frigate quitte sa base en mer")
    rule = AlertRule("stdout", "frigates", each_event=True)
    assert [each.items for each in out.run([rule], NOW)] == [0]  # which event they are of is not known yet
    assert [
        each.items
        for each in out.run([AlertRule("mail:a@b.example", "frigates", each_event=True)], NOW + timedelta(hours=1))
    ] == [2]
    outbox.clear()
    with out.db.conn:
        out.db.execute("DELETE FROM to_group")
        out.db.execute("INSERT INTO events (id, stories) VALUES (7, 3)")
        new = "INSERT INTO event_stories (story_id, event_id, relation, reason) SELECT story_id, 7, 'same', '' FROM articles"
        out.db.execute(new)
    assert [each.items for each in out.run([rule], NOW)] == [1]
    come(3, "Third frigate story of the same happening")
    with out.db.conn:
        out.db.execute(f"{new} WHERE id = 3")
    come(4, "A frigate elsewhere, of another happening")
    with out.db.conn:
        out.db.execute("DELETE FROM to_group")
    assert [each.items for each in out.run([rule], NOW)] == [1]
    assert [item.title for message in outbox for item in message.items] == ["Frigate 1", "Frigate 4"]


def test_a_search_of_the_desk_is_sent_too(sender):
    out, come, _ = sender
    come(1, "A frigate left its base")
    with store.writing(out.folder, identity(out.db)) as desk:
        shelves.save_search(desk, "Own", "frigate", NOW)
    rule = AlertRule("stdout", "own")
    assert [each.items for each in out.run([rule], NOW)] == [0]  # what was there is not new
    come(2, "Another frigate came back to another harbour")
    assert [each.items for each in out.run([rule], NOW)] == [1]


def test_what_could_not_be_sent_comes_with_the_next_one(sender):
    out, come, outbox = sender

    def refuse(message, channel):
        raise NotSent("busy")

    come(1, "A frigate left its base")
    rule = [AlertRule("stdout", "frigates"), AlertRule("stdout", "no such search")]
    broken = Sender(out.db, out.folder, refuse)
    assert [each.problem.partition("; ")[0] for each in broken.run(rule, NOW)] == [
        "busy",
        "there is no saved search 'no such search'",
    ]
    assert [each.items for each in out.run(rule[:1], NOW)] == [1]
    assert len(outbox) == 1


def test_a_digest_at_its_hours(sender):
    out, come, outbox = sender
    rule = [AlertRule("stdout", "frigates", hours=("07:00", "18:00"), timezone="Europe/Berlin")]
    morning = datetime(2026, 11, 22, 5, tzinfo=UTC)
    out.run(rule, morning)  # it begins with its next hour
    come(1, "A frigate left its base")
    come(2, "Another frigate came back to another harbour")
    for minutes in (0, 59, 60, 61, 600):
        out.run(rule, morning + timedelta(minutes=minutes))
    assert [len(message.items) for message in outbox] == [2]
    come(3, "The third frigate is for sale")
    out.run(rule, morning + timedelta(hours=12))
    assert [len(message.items) for message in outbox] == [2, 1]


def test_a_clock_that_ran_ahead_does_not_silence_a_digest():
    rule = AlertRule("stdout", "a", hours=("07:00",))
    assert is_due(rule, positions.Position(done="2030-01-01T00:00:00Z"), NOW)
    assert not is_due(rule, positions.Position(done="2026-11-22T11:00:00Z"), NOW)


def test_a_sources_trouble_is_told_once(sender):
    out, _, outbox = sender
    rule = [AlertRule("stdout", event="source-trouble")]
    insert = "INSERT INTO findings (source_id, kind, detail, first_seen, last_seen) VALUES ('gazette', ?, 'is gone', ?, ?)"
    with out.db.conn:
        out.db.conn.execute(insert, ["dead", "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z"])
    assert [each.items for each in (*out.run(rule, NOW), *out.run(rule, NOW))] == [1, 0]
    assert outbox[0].items[0].title == "Gazette: dead"


def test_two_senders_and_a_damaged_file(sender):
    out, _, _ = sender
    with positions.held(out.folder), pytest.raises(ArchiveBusy):
        out.run([], NOW)
    (out.folder / positions.FILE).write_text("{")
    with pytest.raises(ArchiveError, match="take it away"):
        out.run([], NOW)


def test_what_can_never_be_sent_is_said_though_nothing_is_new(sender):
    out, _, outbox = sender
    rules = [AlertRule("webhook:env:NOT_SET", "frigates"), AlertRule("stdout", "frigates", hours=("07:00",))]
    refusing = replace(out, refuse=lambda rule: "the variable NOT_SET is not set" if ":" in rule.to else None)
    assert [(each.problem, each.is_hopeless) for each in refusing.run(rules, NOW)] == [
        ("the variable NOT_SET is not set", True)
    ]
    assert outbox == []


# --- the command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--send", "fax:1"], "newscrawler: 'fax:1' is no channel; give"),
        (["--send", "webhook:env:NOT_SET"], "newscrawler: --send webhook:env:NOT_SET: the variable NOT_SET is not set"),
        (["--due"], "newscrawler: newscrawler.toml here has no [[alerts]]"),
        (["--check"], "newscrawler: newscrawler.toml here has no [[alerts]]"),
    ],
)
def test_a_channel_that_cannot_be_is_said_before_an_archive_is_looked_for(tmp_path, words, said):
    done = command("alerts", *words, cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith(said)) == (2, True), done.stderr


def test_nothing_can_be_forgotten_where_no_archive_is(tmp_path):
    done = command("alerts", "--forget", "frigates", cwd=tmp_path)
    assert (done.returncode, done.stderr.partition(";")[0]) == (1, "newscrawler: there is no archive in archive")


def test_whoever_sits_at_a_terminal_is_told_that_nothing_is_new(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with pytest.raises(SystemExit) as ended:
        _end_without_news()
    assert (ended.value.code, capsys.readouterr().err) == (5, "Nothing is new.\n")


@pytest.mark.parametrize("verb", [["watch"], ["archivist", "--engine", "redis://127.0.0.1:1/0"]])
def test_who_goes_on_for_ever_does_not_begin_with_alerts_that_cannot_be_sent(tmp_path, verb):
    (tmp_path / "newscrawler.toml").write_text('[[alerts]]\nsearch = "frigates"\nto = "webhook:env:NOT_SET"\n')
    done = command(*verb, cwd=tmp_path)
    assert (done.returncode, list(tmp_path.iterdir())) == (2, [tmp_path / "newscrawler.toml"])
    assert done.stderr == (
        "newscrawler: newscrawler.toml: [[alerts]] that could not be sent: frigates: the variable NOT_SET is not set\n"
    )


def test_the_command_sends_and_says_so(sender, mail, archive):
    _, come, _ = sender
    come(1, "A frigate left its base")
    folder = archive.folder.parent
    (folder / "newscrawler.toml").write_text('[[alerts]]\nsearch = "frigates"\nto = "mail:me@example.org"\n')
    archive.close()
    done = command("alerts", "--due", cwd=folder, **mail.environment)
    assert (done.returncode, done.stderr) == (0, "frigates: 1 sent to mail:me@example.org\n")
    assert command("alerts", "--due", cwd=folder, **mail.environment).returncode == 5
    assert len(mail.letters) == 1
    done = command("alerts", "--send", "stdout", cwd=folder)
    assert "Frigate 1\n" in done.stdout
    done = command("alerts", "--send", "webhook:env:NOT_SET", cwd=folder)
    assert (done.returncode, "the variable NOT_SET is not set" in done.stderr) == (2, True)  # though nothing is new
    with database(Path(folder) / "archive" / "news.db") as db:
        assert db.execute("SELECT asked FROM saved_searches").fetchall() == [(None,)]  # the terminal's own is another


def test_what_goes_on_for_ever_has_alerts_on_its_own_stdout(sender, archive, monkeypatch, capfd):
    _, come, _ = sender
    come(1, "A frigate left its base")
    monkeypatch.chdir(archive.folder.parent)
    Path("newscrawler.toml").write_text('[[alerts]]\nsearch = "frigates"\nto = "stdout"\n')
    archive.close()
    said = []
    asyncio.run(errand_of(archive.folder, said.append)(True))
    captured = capfd.readouterr()
    assert "\nFrigate 1\n" in captured.out  # once called sent, it is nowhere else
    assert (said, captured.err) == (["frigates: 1 sent to stdout"], "")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("alerts = 1", "write each as a table"),
        ('[[alerts]]\nto = "stdout"', "give it a saved search"),
        ('[[alerts]]\nsearch = "a"\nevent = "source-trouble"\nto = "stdout"', "give it a saved search"),
        ('[[alerts]]\nevent = "war"\nto = "stdout"', "event = 'war' is not source-trouble"),
        ('[[alerts]]\nsearch = "a"\nto = "fax:1"', "is no channel"),
        ('[[alerts]]\nsearch = "a"\nonce = "day"\nto = "stdout"', "once = 'day' is not story or event"),
        ('[[alerts]]\nsearch = "a"\nto = "stdout"\nhours = ["25:00"]', "is not a list of hours"),
        ('[[alerts]]\nsearch = "a"\nto = "stdout"\ntimezone = "Mars"', "is no time zone"),
        ('[[alerts]]\nsearch = "a"\nto = "stdout"\nwhen = "now"', "unknown key 'when'"),
    ],
)
def test_settings_that_are_wrong_are_named(toml, said):
    with pytest.raises(ConfigError, match=r"^newscrawler.toml: (\[\[alerts\]\] 1|alerts): ") as error:
        parse_config(toml)
    assert said in str(error.value)
