"""One page, without an archive: its article, and what that is about."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from newscrawler import extraction, relevance
from newscrawler.config.lexicon import lexicon_of
from newscrawler.errors import ExtractionError
from newscrawler.items import Article
from newscrawler.relevance.language import language_of, with_language
from newscrawler.urls import absolute

if TYPE_CHECKING:
    import os

    from newscrawler.items import Verdict
    from newscrawler.relevance import Lexicon


def extract(html: str | bytes, *, url: str, content_type: str | None = None, fetched: datetime | None = None) -> Article:
    """The article of one page, as a crawl would read it; nothing is fetched and nothing is stored.

    `html`: the page, bytes as they came (their encoding is found out) or text.  `url`: its address; dates, links and
    the language read it.  `content_type`: the response's header of that name.  `fetched`: when it was fetched, aware (now
    where it is not told); no later date is believed.

    Raises ExtractionError, which says why, where there is no article in it: a login wall, a list of links, no text;
    ValueError where `url` is no http or https address, or `fetched` has no zone.  It has no limit of time: pages of
    strangers are for `newscrawler extract`, which reads them in a process that can be ended.
    """
    address = absolute(url, "")
    if address is None:
        raise ValueError(f"url={url!r} is no http or https address")
    if fetched is not None and fetched.tzinfo is None:
        raise ValueError(f"fetched={fetched.isoformat()} has no zone; give one, such as tzinfo=datetime.UTC")
    if isinstance(html, str):
        # lone surrogates are no characters, and no page has them
        html, content_type = html.encode("utf-8", "replace"), "text/html; charset=utf-8"
    try:
        found = extraction.extract(html, address, fetched or datetime.now(UTC), content_type=content_type)
    except ExtractionError as error:
        raise ExtractionError(f"{url}: {error}") from None
    return with_language(found)


@lru_cache(maxsize=4)
def _lexicon(beat: str) -> Lexicon:
    return lexicon_of(beat)


def judge(
    article: Article | str,
    *,
    title: str | None = None,
    lead: str | None = None,
    language: str | None = None,
    beat: str | os.PathLike[str] | None = None,
) -> Verdict:
    """What an article is about, whether it would be kept, and the terms that say so.

    `article`: one that `extract` found, or a text; `title`, `lead` and `language` (ISO 639-1; found out where it is
    None) are those of a text, and take the place of an article's.  `beat`: a TOML file of terms of one's own
    (`newscrawler help relevance`), read once a process.

    Raises LexiconError where that file is wrong.
    """
    if isinstance(article, Article):
        title, lead, language = title or article.title, lead or article.lead, language or article.language
        text = article.whole_text
    else:
        text = article
        language = language or language_of("\n".join(filter(None, (title, lead, text))), None)[0]
    return relevance.judge(title, lead, text, _lexicon(str(beat) if beat else ""), language)
