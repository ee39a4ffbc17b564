"""Two invented sites, as (path -> response): The Harbour Gazette, and The Daily Relay, which republishes it.

The Gazette has an RSS feed, a news sitemap, JSON-LD and OpenGraph; the Relay an Atom feed and articles between
"Sorting by ×" and "Source link / Related Articles / Back to top button".
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from importlib import resources
from typing import Any

REPUBLISHED = ("frigates-patrol", "military-ties", "ceasefire-talks")
GAZETTE, RELAY = "The Harbour Gazette", "The Daily Relay"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response of the demo web."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def etag(self) -> str:
        return f'"{hashlib.blake2b(self.body, digest_size=8).hexdigest()}"'


@dataclass(frozen=True, slots=True)
class Story:
    slug: str
    language: str
    title: str
    author: str
    section: str
    caption: str
    lead: str
    paragraphs: tuple[str, ...]
    published: datetime | None


def read_stories(toml: str, now: datetime, edition: int) -> tuple[Story, ...]:
    """The stories of an edition (1 or 2), from the text of articles.toml."""
    stories = []
    for slug, values in tomllib.loads(toml).items():
        if values.get("edition", 1) > edition:
            continue
        paragraphs = values.get("second_paragraphs") if edition > 1 else None
        hours = values.get("hours_ago")
        stories.append(
            Story(
                slug=slug,
                paragraphs=tuple(paragraphs or values["paragraphs"]),
                published=now - timedelta(hours=hours) if hours is not None else None,
                **{key: values[key] for key in ("language", "title", "author", "section", "caption", "lead")},
            )
        )
    return tuple(stories)


def shipped_articles() -> str:
    return (resources.files(__name__.rpartition(".")[0]) / "articles.toml").read_text(encoding="utf-8")


def _jsonld(story: Story, url: str) -> str:
    claims: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "author": [{"@type": "Person", "name": story.author}],
        "publisher": {"@type": "NewsMediaOrganization", "name": GAZETTE},
        "mainEntityOfPage": url,
    }
    if story.published:
        claims["datePublished"] = story.published.isoformat()
    return json.dumps(claims, ensure_ascii=False).replace("</", "<\\/")


def _gazette_page(story: Story, base: str, others: list[Story]) -> str:
    url = f"{base}/{story.language}/{story.slug}"
    paragraphs = "\n".join(f"<p>{escape(each)}</p>" for each in story.paragraphs)
    related = "\n".join(f'<li><a href="/{each.language}/{each.slug}">{escape(each.title)}</a></li>' for each in others[:3])
    stamp = (
        f'<time datetime="{story.published.isoformat()}">{story.published:%d.%m.%Y %H:%M}</time>' if story.published else ""
    )
    return f"""<!doctype html>
<html lang="{story.language}">
<head>
<meta charset="utf-8">
<title>{escape(story.title)} | {GAZETTE}</title>
<link rel="canonical" href="{url}">
<meta name="description" content="{escape(story.lead)}">
<meta property="og:site_name" content="{GAZETTE}">
<meta property="og:type" content="article">
<meta property="og:title" content="{escape(story.title)}">
<meta property="og:description" content="{escape(story.lead)}">
<meta property="article:section" content="{escape(story.section)}">
<script type="application/ld+json">{_jsonld(story, url)}</script>
</head>
<body>
<header><a href="/">{GAZETTE}</a>
<nav><ul><li><a href="/">Home</a></li><li><a href="/feed.xml">RSS</a></li></ul></nav></header>
<main>
<article>
<h1>{escape(story.title)}</h1>
<p class="byline">{escape(story.author)} {stamp}</p>
<figure><img src="/photo/{story.slug}.jpg" alt=""><figcaption>{escape(story.caption)}</figcaption></figure>
{paragraphs}
</article>
<aside class="newsletter"><h2>Our newsletter</h2><p>The harbour in your inbox, every morning.</p></aside>
<aside class="related"><h2>Related</h2><ul>{related}</ul></aside>
</main>
<footer><p>© {GAZETTE}. An invented newspaper of newscrawler's demo.</p></footer>
</body>
</html>"""


def _relay_page(story: Story, base: str, origin: str, others: list[Story]) -> str:
    """As aggregators do it: the text with their own controls before and after, the caption twice."""
    paragraphs = "\n".join(f"<p>{escape(each)}</p>" for each in story.paragraphs)
    related = "\n".join(
        f'<h3><a href="/2026/{each.slug}/">{escape(each.title)}</a></h3>' for each in others if each is not story
    )
    source = f"{origin}/{story.language}/{story.slug}"
    return f"""<!doctype html>
<html lang="{story.language}">
<head><meta charset="utf-8"><title>{escape(story.title)} - {RELAY}</title>
<meta property="og:site_name" content="{RELAY}"><meta property="og:title" content="{escape(story.title)}"></head>
<body>
<div class="top"><a href="/">{RELAY}</a> <a href="/">World</a> <a href="/">Politics</a></div>
<div class="entry">
<h1>{escape(story.title)}</h1>
<div class="entry-content">
<p>Sorting by ×</p>
<figure><img src="/wp/{story.slug}.jpg" alt="{escape(story.caption)}">
<figcaption>{escape(story.caption)}</figcaption></figure>
{paragraphs}
<p><a href="{source}">Source link</a></p>
</div>
<div class="related-posts"><h2>Related Articles</h2>
{related}
</div>
<a id="go-to-top" href="#go-to-tie-top">Back to top button</a>
</div>
</body>
</html>"""


def _rss(stories: tuple[Story, ...], base: str) -> str:
    def item(story: Story) -> str:
        url = f"{base}/{story.language}/{story.slug}"
        date = f"<pubDate>{format_datetime(story.published)}</pubDate>" if story.published else ""
        return f"<item><title>{escape(story.title)}</title><link>{url}?utm_source=rss</link><guid>{url}</guid>{date}</item>"

    items = "\n".join(item(story) for story in stories)
    # one bad link in the middle of a feed is what a real web has
    broken = "<item><title>Broken</title><link>http://[::1</link></item>"
    return f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{GAZETTE}</title><link>{base}/</link><description>News</description>
{broken}
{items}
</channel></rss>"""


def _news_sitemap(stories: tuple[Story, ...], base: str) -> str:
    rows = "\n".join(
        f"<url><loc>{base}/{story.language}/{story.slug}</loc><news:news><news:publication><news:name>{GAZETTE}</news:name>"
        f"<news:language>{story.language}</news:language></news:publication>"
        f"<news:publication_date>{story.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(story.title)}</news:title></news:news></url>"
        for story in stories
        if story.published
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{rows}
</urlset>"""


def _atom(stories: list[Story], base: str, now: datetime) -> str:
    entries = "\n".join(
        f"<entry><title>{escape(story.title)}</title><id>{base}/2026/{story.slug}/</id>"
        f'<link href="{base}/2026/{story.slug}/"/>'
        f"<published>{now.isoformat()}</published><updated>{now.isoformat()}</updated></entry>"
        for story in stories
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{RELAY}</title><id>{base}/</id><updated>{now.isoformat()}</updated>
{entries}
</feed>"""


def _front(name: str, links: list[tuple[str, str]], feed: str) -> str:
    items = "\n".join(f'<li><a href="{path}">{escape(title)}</a></li>' for path, title in links)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>
<link rel="alternate" type="application/rss+xml" href="{feed}"></head><body><h1>{name}</h1><ul>{items}</ul></body></html>"""


def _html(text: str) -> Answer:
    return Answer(200, "text/html; charset=utf-8", text.encode())


def _xml(text: str) -> Answer:
    return Answer(200, "application/xml; charset=utf-8", text.encode())


def gazette(stories: tuple[Story, ...], base: str) -> dict[str, Answer]:
    """The newspaper at `base`: path -> answer."""
    pages = {
        f"/{story.language}/{story.slug}": _html(
            _gazette_page(story, base, [each for each in stories if each.language == story.language and each is not story])
        )
        for story in stories
    }
    return pages | {
        "/": _html(_front(GAZETTE, [(f"/{each.language}/{each.slug}", each.title) for each in stories], "/feed.xml")),
        "/feed.xml": _xml(_rss(stories, base)),
        "/news-sitemap.xml": _xml(_news_sitemap(stories, base)),
        "/robots.txt": Answer(
            200, "text/plain", f"User-agent: *\nDisallow: /private/\nSitemap: {base}/news-sitemap.xml\n".encode()
        ),
    }


def relay(stories: tuple[Story, ...], base: str, origin: str, now: datetime) -> dict[str, Answer]:
    """The aggregator at `base`, which republishes the newspaper at `origin`: path -> answer."""
    carried = [story for story in stories if story.slug in REPUBLISHED]
    pages = {f"/2026/{story.slug}/": _html(_relay_page(story, base, origin, carried)) for story in carried}
    return pages | {
        "/": _html(_front(RELAY, [(f"/2026/{each.slug}/", each.title) for each in carried], "/feed.atom")),
        "/feed.atom": _xml(_atom(carried, base, now)),
        "/robots.txt": Answer(200, "text/plain", b"User-agent: *\nDisallow: /wp-admin/\n"),
    }


def catalogue(gazette_base: str, relay_base: str) -> str:
    """The two sites as a source catalogue."""
    return f"""[harbour-gazette]
name = "{GAZETTE}"
home = "{gazette_base}/"
languages = ["en", "fr", "de", "es"]
kind = "newspaper"
keep = "relevant"

[[harbour-gazette.endpoints]]
kind = "rss"
url = "{gazette_base}/feed.xml"

[[harbour-gazette.endpoints]]
kind = "news-sitemap"
url = "{gazette_base}/news-sitemap.xml"

[daily-relay]
name = "{RELAY}"
home = "{relay_base}/"
languages = ["en"]
kind = "aggregator"
keep = "all"

[[daily-relay.endpoints]]
kind = "atom"
url = "{relay_base}/feed.atom"
"""
