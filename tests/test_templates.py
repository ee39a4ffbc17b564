"""Templates of alerts: ours, the user's own, and what is said of broken ones."""

import re
import tomllib
from pathlib import Path

import pytest
from conftest import NOW, command

from newscrawler.alerting import sending
from newscrawler.alerting.channels import parse_channel, try_out
from newscrawler.alerting.message import Item, Message, samples
from newscrawler.alerting.rendering import LONGEST, built_in, templates_of
from newscrawler.alerting.sending import Sender, why_not
from newscrawler.cli.reloading import reloading_of
from newscrawler.config import parse_config
from newscrawler.config.alert_rules import AlertRule
from newscrawler.errors import ConfigError
from newscrawler.search import saved

DOCS = (Path(__file__).parent.parent / "docs" / "service.md").read_text(encoding="utf-8")
ARTICLE = Item("article 1", "<b>Frigate & co", "2026-11-22, Gazette", "https://a.example/?a=1&b=2", "Gazette", "2026-11-22")
RULE = AlertRule("mail:me@example.org", "frigates")


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def message(rule, *items, **more):
    return Message("frigates", items, "news/archive", templates=templates_of(rule), **more)


def test_ours_are_what_they_were():
    text = message(RULE, ARTICLE).text()
    assert text == (
        "frigates: 1 new: <b>Frigate & co\n\n<b>Frigate & co\n  2026-11-22, Gazette\n  https://a.example/?a=1&b=2\n\n"
        "-- \nnewscrawler, from news/archive\n"
    )
    nowhere = Item("b", "B", "is gone", None)
    assert (
        "B\n  is gone\n\nThere is more: newscrawler search finds it.\n\n-- " in message(RULE, nowhere, is_more=True).text()
    )
    html = message(RULE, ARTICLE).html()
    assert '<a href="https://a.example/?a=1&amp;b=2">&lt;b&gt;Frigate &amp; co</a><br>' in html
    assert "<b>" not in html


def test_the_example_of_the_docs():
    stated = tomllib.loads(re.search(r"```toml\n(\[\[alerts\]\]\nsearch[^`]*desk.html[^`]*)```", DOCS)[1])["alerts"][0]
    Path("desk.html").write_text(re.search(r"```jinja\n(.*?)```", DOCS, re.DOTALL)[1])
    Path("desk.txt").write_text(built_in("text"))
    (rule,) = parse_config(re.search(r"```toml\n(\[\[alerts\]\]\nsearch[^`]*desk.html[^`]*)```", DOCS)[1]).alerts
    assert (rule.subject, rule.text, rule.html) == (stated["subject"], "desk.txt", "desk.html")
    made = message(rule, ARTICLE)
    assert made.subject == "[frigates] <b>Frigate & co"
    assert made.html().startswith("<h1>[frigates] &lt;b&gt;Frigate &amp; co</h1>\n<h2>Gazette</h2>\n<ul>\n  <li><a href=")
    for each in samples("frigates", templates_of(rule)):
        try_out(each, parse_channel(rule.to, "desk@example.org"), {})
    named = set(re.findall(r"^\| `(\w+)` \|", DOCS[DOCS.index("| variable |") :], re.MULTILINE)) - {"subject"}
    assert named == made._values.keys()


def test_a_subject_is_one_line_and_never_empty():
    assert message(AlertRule("stdout", "a", subject="{{ items[0].title }}\n Bcc: x@example.org"), ARTICLE).subject == (
        "<b>Frigate & co Bcc: x@example.org"
    )
    assert message(AlertRule("stdout", "a", subject="{# #}"), ARTICLE).subject == "news"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ subject }}\n{% for item in items %}\n", "mine.txt, line 2: Unexpected end of template"),
        ("{{ subject }}\n{{ title }}\n", "mine.txt, line 2: 'title' is no variable; known are subject, name, number"),
        ("{% if number == '7' %}\n{{ nowhere }}{% endif %}", "mine.txt, line 2: 'nowhere' is no variable"),  # never rendered
        ("a\nb\n{% for item in items %}\n{{ item.titel }}{% endfor %}", "mine.txt, line 4: .* has no attribute 'titel'"),
        ("a\n{{ 1 / 0 }}", "mine.txt, line 2: division by zero"),
        ("\n{{ ''.__class__.__mro__ }}", "mine.txt, line 2: access to attribute '__class__' of 'str' object is unsafe"),
        ("\n{{ items.append(1) }}", "mine.txt, line 2: "),
        ("{% include '/etc/passwd' %}", "mine.txt, line 1: "),
        ("\n\n{{ name|frobnicate }}", "mine.txt, line 3: No filter named 'frobnicate'"),
        ("{% for a in range(99999) %}{{ '%100s'|format(a) }}{% endfor %}", f"mine.txt.*: more than {LONGEST:,} characters"),
        ("{% for a in range(10000000) %}{% endfor %}", "mine.txt, line 1: Range too big"),
    ],
)
def test_a_broken_template_is_named_with_its_line(template, said):
    Path("mine.txt").write_text(template)
    why = why_not(AlertRule("stdout", "frigates", text="mine.txt"))
    assert re.match(said, why), why


def test_files_that_cannot_be_read():
    assert why_not(AlertRule("stdout", "a", text="none.txt")) == "none.txt: cannot be read: No such file or directory"
    Path("latin.txt").write_bytes(b"\xe9")
    assert why_not(AlertRule("stdout", "a", text="latin.txt")) == "latin.txt: not UTF-8 text"
    assert why_not(AlertRule("stdout", "a", subject="{{")) == (
        "newscrawler.toml: subject of a, line 1: unexpected 'end of template'"
    )
    assert why_not(RULE, environment={"NEWSCRAWLER_SMTP": "smtp://a", "NEWSCRAWLER_MAIL_FROM": "a@b\nBcc: c@d"}) == (
        "NEWSCRAWLER_MAIL_FROM is no address of mail"
    )


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('text = ""', "text = '' is not the name of a file"),
        ("subject = 1", "subject = 1 is not a template in one line"),
        ('html = "a.html"', "html is for mail alone"),
    ],
)
def test_settings_that_are_wrong_are_named(more, said):
    with pytest.raises(ConfigError, match=rf"^newscrawler.toml: \[\[alerts\]\] 1: {said}"):
        parse_config(f'[[alerts]]\nsearch = "a"\nto = "stdout"\n{more}')


def test_what_cannot_be_rendered_comes_with_the_next_message(archive, monkeypatch):
    """It was well when it was looked at, and is not for what came."""
    Path("mine.txt").write_text("{{ 1 / (items|length - 3) }}")
    saved.save(archive.db, "frigates", "frigate", NOW)
    sent = []
    sender = Sender(archive.db, archive.folder, lambda message, channel: sent.append(message.text()), refuse=why_not)
    monkeypatch.setattr(sending.saved, "arrivals", lambda *_, **__: [])
    monkeypatch.setattr(sending, "of_hits", lambda hits: (ARTICLE,) * 3)
    rule = AlertRule("stdout", "frigates", text="mine.txt")
    (done,) = sender.run([rule], NOW)
    assert (done.problem, done.is_hopeless) == ("mine.txt, line 1: division by zero", False)
    Path("mine.txt").write_text("{{ number }}")
    (done,) = sender.run([rule], NOW)
    assert (done.items, sent) == (3, ["3"])


# --- the command

TOML = """
[[alerts]]
search = "frigates"
to = "stdout"
text = "mine.txt"

[[alerts]]
event = "source-trouble"
to = "webhook:env:NOT_SET"
hours = ["07:00"]
"""


def test_check_shows_what_is_wrong_and_sends_nothing(archive, tmp_path):
    Path("newscrawler.toml").write_text(TOML)
    Path("mine.txt").write_text("{{ subject }}")
    archive.close()
    done = command("alerts", "--check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.splitlines() == [
        "frigates to stdout, as it comes: there is no saved search 'frigates'; `newscrawler search --save` makes one",
        "source-trouble to webhook:env:NOT_SET, at 07:00: the variable NOT_SET is not set",
    ]
    assert command("search", "--save", "frigates", "frigate*", cwd=tmp_path).returncode == 0
    done = command("alerts", "--check", "--json", cwd=tmp_path, NOT_SET="https://a.example/")
    assert (done.returncode, done.stdout.count('"found": "can be sent"')) == (0, 2)
    assert not (tmp_path / "archive" / "alerts.json").exists()
    assert command("alerts", "--check", "--due", cwd=tmp_path).returncode == 2
    assert command("alerts", "--print-template", "text", cwd=tmp_path).stdout.startswith("{{ subject }}\n")


def test_what_a_template_sets_itself_is_no_unknown_variable():
    Path("own.txt").write_text("{% set first = items[0] %}\n{{ first.title }}\n{{ second }}")
    with pytest.raises(ConfigError, match=r"own.txt, line 3: 'second' is no variable"):
        templates_of(AlertRule("stdout", "frigates", text="own.txt"))


@pytest.mark.parametrize("to", ["webhook:http://[::1", "mail:nobody", "pigeon:9"])
def test_a_rule_whose_channel_is_none_is_a_reason(to):
    assert why_not(AlertRule(to, "frigates"))


def test_half_an_address_to_write_from_is_a_reason():
    assert why_not(RULE, environment={"NEWSCRAWLER_MAIL_FROM": "desk@", "NEWSCRAWLER_SMTP": "smtp://localhost"})


def test_a_watch_names_file_and_line_and_begins_nothing(tmp_path):
    Path("newscrawler.toml").write_text(TOML.partition("[[alerts]]\nevent")[0])
    Path("mine.txt").write_text("{{ subject }}\n{% endfor %}")
    done = command("watch", cwd=tmp_path)
    assert (done.returncode, (tmp_path / "archive").exists()) == (2, False)
    assert "[[alerts]] that could not be sent: frigates: mine.txt, line 2: Encountered unknown tag 'endfor'" in done.stderr


async def _wanted(reloading, say):
    return await reloading.is_wanted(say)


def test_a_changed_template_is_seen(monkeypatch):
    import asyncio

    monkeypatch.setattr("newscrawler.crawl.watching.TELL", 0)
    Path("newscrawler.toml").write_text(TOML.partition("[[alerts]]\nevent")[0])
    Path("mine.txt").write_text("{{ subject }}")
    reloading = reloading_of(None, list)
    said = []
    assert not asyncio.run(_wanted(reloading, said.append))
    Path("mine.txt").write_text("{{ subject }")
    assert not asyncio.run(_wanted(reloading, said.append))
    Path("mine.txt").write_text("{{ subject }} and more")
    assert asyncio.run(_wanted(reloading, said.append))
    assert "cannot be read: " in said[0]
    assert "mine.txt, line 1: " in said[0]
    assert said[1:] == ["reading settings and catalogue again …"]
