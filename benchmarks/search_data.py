"""A made-up archive of any size for benchmarks/search.py: Zipf words, 4 kB a text, sources, topics, names, stories, days.

Rows are written in bulk, as a crawl would have written them one by one, and the full-text index is built at the end.
"""

import itertools
import json
import sys
from datetime import UTC, datetime, timedelta

import numpy
from sqlite_utils import Database

from newscrawler.storage.archive import Archive
from newscrawler.storage.articles.labels import Labelled, labels

WORDS, PER_TEXT, VOCABULARY = 620, 60, 200_000
SOURCES, TOPICS = 350, 40
COUNTRIES = [
    "FR", "GB", "DE", "US", "UA", "RU", "CN", "JP", "IN", "TR", "PL", "FI", "SE", "NO", "EE", "LV", "LT", "IT", "ES", "PT",
    "NL", "BE", "GR", "IL", "IR", "SA", "EG", "NG", "ZA", "BR", "MX", "CA", "AU", "KR", "TW", "PH", "VN", "TH",
]  # fmt: skip
SYLLABLES = [
    "ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa", "ze", "xi", "ra", "ne",
]  # fmt: skip
LANGUAGES, SHARES = ["en", "fr", "de", "es", "uk", "pl", "it", "sv"], [0.58, 0.12, 0.1, 0.06, 0.05, 0.04, 0.03, 0.02]
LAST = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAYS = 1_100
BATCH = 5_000


def vocabulary(random) -> numpy.ndarray:
    """Made-up words; the first are the commonest."""
    every = (itertools.islice(itertools.product(SYLLABLES, repeat=length), 120_000) for length in (2, 3, 4, 5))
    words = ["".join(each) for each in itertools.chain.from_iterable(every)]
    random.shuffle(words)
    return numpy.array(words[:VOCABULARY])


def word_numbers(random, number: int) -> numpy.ndarray:
    """Zipf's law, exponent 1: the n-th word is 1/n as frequent as the first."""
    return (numpy.exp(random.random(number) * numpy.log(VOCABULARY)) - 1).astype(numpy.int64)


def _texts(random, words: numpy.ndarray, number: int):
    taken = words[word_numbers(random, number * WORDS)].reshape(number, WORDS)
    for row in taken:
        yield "\n".join(" ".join(row[start : start + PER_TEXT]) for start in range(0, WORDS, PER_TEXT))


def _shared(db: Database) -> None:
    db.conn.executemany(
        "INSERT INTO sources (id, name, home, country, language, kind, keep) VALUES (?, ?, ?, ?, ?, 'newspaper', 'all')",
        [
            (
                f"source-{n}",
                f"The Source {n}",
                f"https://source{n}.example/",
                COUNTRIES[n % len(COUNTRIES)],
                LANGUAGES[n % 8],
            )
            for n in range(SOURCES)
        ],
    )
    db.conn.executemany(
        "INSERT INTO topics (topic_id, label, scheme) VALUES (?, ?, 'own')",
        [(f"newscrawler:topic-{n}", f"topic {n}") for n in range(TOPICS)],
    )


def _batch(db: Database, random, words: numpy.ndarray, first: int, number: int, total: int, last=LAST, days=DAYS) -> None:
    rows, topics, mentions, stories, states = [], [], [], [], []
    sources = (random.zipf(1.3, number) - 1) % SOURCES
    picks = random.integers(0, 2**31, (number, 12))
    for at, text in enumerate(_texts(random, words, number)):
        article, pick = first + at, picks[at]
        seen = last - timedelta(days=days * (1 - article / total), seconds=int(pick[0] % 3600))
        told = seen - timedelta(days=int(pick[1] % 900)) if pick[2] % 20 == 0 else seen  # one in twenty by backfill
        published = None if pick[3] % 50 == 0 else told.strftime("%Y-%m-%dT%H:%M:%SZ")
        language = str(LANGUAGES[int(numpy.searchsorted(numpy.cumsum(SHARES), (pick[4] % 1000) / 1000))])
        about = {f"newscrawler:topic-{int(pick[5] % TOPICS * (pick[6] % 7) / 7)}", f"newscrawler:topic-{pick[7] % TOPICS}"}
        named = {COUNTRIES[int(value % len(COUNTRIES) * (value % 5) / 5)] for value in pick[8:12]}
        source = f"source-{sources[at]}"
        story = article if pick[1] % 10 or article < 10 else stories[-1][0] if stories else article
        if story == article:
            stories.append([article, article, 1, 1])
        else:
            stories[-1][2] += 1
        first_seen = seen.strftime("%Y-%m-%dT%H:%M:%SZ")
        title = " ".join(text.split(" ", 9)[:8])
        url, length = (
            f"https://{source}.example/{article}-{last:%Y-%m}",
            80 + int(pick[4] % 1_500),
        )  # as if texts were of all lengths
        of = Labelled(
            source, published or first_seen, language, "article", about, [("country", code) for code in named],
            url=url, story=story, words=length, paywall=bool(pick[2] % 5 == 0) if pick[2] % 2 else None,
            changes=[("revised", first_seen)] if article % 9 == 0 else [],
        )  # fmt: skip
        rows.append((
            article, url, url.removeprefix("https://"), source, title, published,
            language, text[:200], text, length, story, first_seen, first_seen, f"2-{article:032x}", labels(of),
        ))  # fmt: skip
        topics += [(article, topic, 0.5, '["term"]') for topic in about]
        mentions += [("country", code, code.title(), 2, 1, article) for code in named]
        if article % 20 == 0:
            states.append((article, first_seen, "new", title, f"2-{article:032x}"))
    db.conn.executemany("INSERT INTO stories (id, first_article_id, articles, sources) VALUES (?, ?, ?, ?)", stories)
    db.conn.executemany(
        """
        INSERT INTO articles (id, url, url_key, source_id, title, published, language, lead, text, word_count, story_id,
                              first_seen, last_seen, content_hash, labels, extractor, authors)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'made up', '["Jane Doe"]')
        """,
        rows,
    )
    db.conn.executemany("INSERT INTO article_topics (article_id, topic_id, score, terms) VALUES (?, ?, ?, ?)", topics)
    db.conn.executemany(
        "INSERT INTO mentions (kind, code, name, count, main, article_id) VALUES (?, ?, ?, ?, ?, ?)", mentions
    )
    db.conn.executemany(
        "INSERT INTO article_states (article_id, seen, change, title, content_hash) VALUES (?, ?, ?, ?, ?)", states
    )


def build(folder, articles: int, *, part: int = 0, parts: int = 1) -> None:
    """An archive of so many articles in a new folder, of the last of `parts` spans of time, or the `part`-th before it.

    A million take a quarter of an hour and 12 GB.
    """
    Archive.open(folder).close()
    db = Database(folder / "news.db")
    connection = db.conn
    connection.isolation_level = None
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -2000000", "foreign_keys = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    triggers = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'articles'"
    ).fetchall()
    for name, _ in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    random = numpy.random.default_rng(7)
    words = vocabulary(random)
    random = numpy.random.default_rng(7 + part) if part else random
    last, days = LAST - timedelta(days=DAYS * part / parts), DAYS / parts
    (folder / "words.json").write_text(json.dumps([str(each) for each in words[:60_000]]))
    connection.execute("BEGIN")
    _shared(db)
    for first in range(1, articles + 1, BATCH):
        _batch(db, random, words, first, min(BATCH, articles + 1 - first), articles, last, days)
        print(f"\r{first + BATCH - 1:,} articles", end="", file=sys.stderr)
    connection.execute(
        "INSERT INTO days SELECT substr(coalesce(published, first_seen), 1, 10) AS day, count(*) FROM articles GROUP BY day"
    )
    connection.execute("COMMIT")
    print("\nindexing", file=sys.stderr)
    connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('hashsize', 256000000)")
    connection.execute("INSERT INTO articles_fts(articles_fts) VALUES ('rebuild')")
    connection.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('hashsize', 1048576)")
    for _, sql in triggers:
        connection.execute(sql)
    connection.execute("PRAGMA journal_mode = WAL")
    db.close()
