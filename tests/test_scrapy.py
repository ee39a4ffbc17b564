"""A Scrapy developer's first hour: scrapy's own commands on newscrawler's project, against the demo newspaper."""

import json
import os
import subprocess
import sys

import pytest
from conftest import database
from scrapy.exceptions import UsageError

from newscrawler.cli.scrapy_commands.crawl import Command
from newscrawler.errors import NewscrawlerError
from newscrawler.spiders.news import NewsSpider

LINE = "__main__.py: error: "  # argparse names it by its file


@pytest.fixture
def scrapy(web, tmp_path):
    """`scrapy …` in a folder whose one source is the demo newspaper."""
    (tmp_path / "newscrawler.toml").write_text(
        'allow_networks = ["127.0.0.0/8"]\nshipped_catalogue = false\ncatalogues = ["mine.toml"]\ndelay = 0\nworkers = 1\n'
    )
    (tmp_path / "mine.toml").write_text(
        f'[gazette]\nname = "Gazette"\nhome = "{web.gazette}/"\nkind = "newspaper"\n'
        f'endpoints = [{{kind = "rss", url = "{web.gazette}/feed.xml"}}]\n'
    )

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "scrapy", *arguments, "-L", "ERROR"], cwd=tmp_path, capture_output=True, text=True,
            check=False, timeout=300, env=os.environ | {"SCRAPY_SETTINGS_MODULE": "newscrawler.settings"},
        )  # fmt: skip

    return run


def test_a_feed_has_what_was_decided_of_each_page(scrapy, tmp_path):
    done = scrapy("crawl", "news", "-a", "source=gazette", "-O", "items.jsonl")
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    assert "1 of 1 sources answered; 13 new" in done.stderr
    items = [json.loads(line) for line in (tmp_path / "items.jsonl").read_text().splitlines()]
    with database(tmp_path / "archive" / "news.db") as db:
        stored = dict(db.execute("SELECT url, content_hash FROM articles"))
        assert db.execute("SELECT command, exit_code FROM runs").fetchall() == [("scrapy crawl news", 0)]
    assert {each["url"]: each["content_hash"] for each in items if each["outcome"] == "new"} == stored
    assert {each["outcome"] for each in items} == {"new", "off-topic"}
    assert all(each["text"] and each["verdict"] and each["source"] == "gazette" for each in items)


@pytest.mark.parametrize("place", ["mine.toml/items.jsonl", "/dev/full:jsonlines"])
def test_a_feed_that_cannot_be_written_is_said(scrapy, tmp_path, place):
    done = scrapy("crawl", "news", "-a", "source=gazette", "-O", place)
    told = f"newscrawler: {place.partition(':')[0]}: not all was written; what was decided is in the archive"
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, told), done.stderr
    with database(tmp_path / "archive" / "news.db") as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (13,)


def test_it_ends_as_newscrawler_crawl_does_where_nobody_answers(scrapy, tmp_path):
    text = (tmp_path / "mine.toml").read_text()
    (tmp_path / "mine.toml").write_text(text.replace("feed.xml", "nothing.xml"))
    done = scrapy("crawl", "news")
    assert (done.returncode, "Traceback" in done.stderr) == (4, False), done.stderr


def test_parse_and_shell_show_the_article_and_leave_the_archive_alone(scrapy, web, tmp_path):
    address = f"{web.gazette}/en/frigates-patrol"
    shown = scrapy("parse", "--spider=news", "--nocolour", address)
    assert "'title': 'Harbour states agree joint frigate patrols in the northern strait'" in shown.stdout, shown.stderr
    assert "'verdict': 'keep'" in shown.stdout
    told = scrapy("shell", address, "-c", "(article.title, verdict.decision, why)")
    assert told.stdout.strip() == "('Harbour states agree joint frigate patrols in the northern strait', 'keep', None)"
    assert not (tmp_path / "archive").exists()


def test_what_is_wrong_is_one_line(scrapy, tmp_path):
    for arguments, code, told in (
        (
            ("crawl", "news", "-a", "foo=1"),
            2,
            f"{LINE}the news spider takes sources (or source), since, limit and due_only, not foo",
        ),
        (("crawl", "nothing"), 2, f"{LINE}there is no spider 'nothing'; `scrapy list` shows them"),
        (
            ("crawl", "news", "-a", "source=nope", "-s", "LOG_FILE=job.log"),
            2,
            "newscrawler: there is no source 'nope'; `newscrawler sources` lists them",
        ),
    ):
        done = scrapy(*arguments)
        assert (done.returncode, done.stderr.splitlines()[-1], "Traceback" in done.stderr) == (code, told, False)
    assert (tmp_path / "job.log").read_text().endswith(f"ERROR: {told}\n")
    assert scrapy("list").stdout.split() == ["news"]


def test_spiders_arguments():
    assert NewsSpider(source="a", sources="b, c").source_names == ["b", "c", "a"]
    assert NewsSpider(_job="1a2b", _version="3").source_names == []  # as Scrapyd calls it
    with pytest.raises(NewscrawlerError, match="'soon' is neither a date"):
        NewsSpider(since="soon")


def test_two_spiders_are_too_many():
    with pytest.raises(UsageError, match="name one spider"):
        Command().run(["news", "news"], None)


def test_a_crawl_loads_no_http_client_of_others_and_nothing_that_reads_pages():
    """What is off in Scrapy is not imported either, nor what workers alone read pages with."""
    code = (
        "import sys; from scrapy.crawler import Crawler; from scrapy.spiders import Spider; from scrapy.settings import Settings;"
        "settings = Settings(); settings.setmodule('newscrawler.settings', priority='project');"
        "parts = [settings.get_component_priority_dict_with_base(name) for name in"
        " ('DOWNLOADER_MIDDLEWARES', 'SPIDER_MIDDLEWARES', 'EXTENSIONS')];"
        "from scrapy.utils.misc import load_object; [load_object(name) for part in parts for name in part];"
        "import newscrawler.extensions, newscrawler.spiders.news, newscrawler.storage.archive;"
        "print(*sorted({'requests', 'aiohttp', 'tldextract'} & sys.modules.keys()),"
        "*sorted({'newscrawler.' + room for room in ('extraction', 'metadata', 'relevance')} & sys.modules.keys()),"
        " any('TelnetConsole' in str(name) for part in parts for name in part))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["False"]
