"""An article as others tell it, as ours: what they call its parts, their dates and their lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from newscrawler.dates import read_moment
from newscrawler.dates.stated import parse_date
from newscrawler.errors import Failure, FailureKind
from newscrawler.items import Article, Update
from newscrawler.text import clean, clean_line, content_hash, words
from newscrawler.urls import absolute

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MAX_LIST = 200  # authors, tags, captions, entries
TYPES = ("article", "live", "opinion", "press-release", "listing", "video")
# our name -> what export, news-please, JSON Feed, schema.org and others call it
NAMES = {
    "text": ("text", "maintext", "body", "content", "content_text", "articleBody", "article_text", "full_text", "fulltext"),
    "html": ("html", "raw_html", "content_html"),
    "title": ("title", "headline"),
    "authors": ("authors", "author", "byline"),
    "published": ("published", "date_publish", "publish_date", "date_published", "published_at", "publishedAt",
                  "datePublished", "pubDate", "pub_date", "date"),
    "modified": ("modified", "date_modify", "date_modified", "dateModified", "updated"),
    "seen": ("first_seen", "date_download", "fetched", "download_date", "crawled_at", "retrieved_at"),
    "lead": ("lead", "description", "summary", "abstract", "excerpt"),
    "language": ("language", "lang"),
    "section": ("section", "category"),
    "tags": ("tags", "keywords"),
    "captions": ("captions",),
    "image_url": ("image_url", "image", "top_image"),
    "canonical": ("canonical",),
    "agency": ("agency",),
}  # fmt: skip


def told(fields: Mapping[str, Any], name: str) -> Any:
    """What a record has under one of the names of a part; None where it says nothing."""
    return next((value for each in NAMES[name] if (value := fields.get(each)) not in (None, "", [])), None)


def line_of(fields: Mapping[str, Any], name: str, limit: int = 1_000) -> str | None:
    """The same as one line of words; None also where it is no text."""
    value = told(fields, name)
    return clean_line(value, limit) if isinstance(value, str) else None


def list_of(fields: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The same as a list: of texts, of objects that have a name, or of one text."""
    value = told(fields, name)
    each_of = value if isinstance(value, list) else [value]
    names = (each.get("name") if isinstance(each, dict) else each for each in each_of[:MAX_LIST])
    return tuple(line for each in names if isinstance(each, str) and (line := clean_line(each, 300)))


def date_of(fields: Mapping[str, Any], name: str, now: datetime) -> str | None:
    """The same as a date of ours: a text that states one, or seconds since 1970; None also where it states none."""
    value = told(fields, name)
    return parse_date(str(value), now) if isinstance(value, str | int | float) else None


def seen_at(fields: Mapping[str, Any], now: datetime) -> datetime:
    """When it was fetched, as far as somebody says; else now.  No later than now."""
    moment = read_moment(date_of(fields, "seen", now))
    return min(moment, now) if moment else now


def _updates(value: Any) -> tuple[Update, ...]:
    entries = [each for each in value[:MAX_LIST] if isinstance(each, dict)] if isinstance(value, list) else []
    return tuple(
        Update(clean_line(str(each["at"]), 100) if each.get("at") else None,
               clean_line(str(each["title"])) if each.get("title") else None, clean(str(each.get("text") or "")))
        for each in entries
    )  # fmt: skip


def article_of(url: str, fields: Mapping[str, Any], now: datetime) -> Article | Failure:
    """The article that a record tells, or why it tells none."""
    text = told(fields, "text")
    text = clean(text) if isinstance(text, str) else ""
    if not text.strip():
        return Failure(FailureKind.NO_TEXT, "no text")
    published, modified = date_of(fields, "published", now), date_of(fields, "modified", now)
    language, paywall, kind = line_of(fields, "language", 20), fields.get("paywall"), fields.get("type")
    image, canonical = (absolute(line_of(fields, name, 2_000), url) for name in ("image_url", "canonical"))
    return Article(
        url=url,
        text=text,
        content_hash=content_hash(text),
        word_count=len(words(text)),
        extractor=clean_line(str(fields.get("extractor") or "told"), 100) or "told",
        title=line_of(fields, "title"),
        authors=list_of(fields, "authors"),
        published=published,
        published_origin="told" if published else None,
        modified=modified,
        language=language,
        language_origin="page" if language else None,
        section=line_of(fields, "section", 200),
        lead=line_of(fields, "lead", 5_000),
        image_url=image,
        canonical=canonical,
        type=kind if isinstance(kind, str) and kind in TYPES else "article",
        tags=list_of(fields, "tags"),
        published_zone=line_of({"section": fields.get("published_zone")}, "section", 6),
        agency=line_of(fields, "agency", 100),
        paywall=paywall if isinstance(paywall, bool) else None,
        captions=list_of(fields, "captions"),
        updates=_updates(fields.get("updates")),
        origins=dict.fromkeys(("title", "text"), "told"),
    )
