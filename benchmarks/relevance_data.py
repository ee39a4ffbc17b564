"""Labelled articles for benchmarks/relevance.py and benchmarks/calibrate.py: read, split by source, judged.

DATA_DIR/docs.jsonl: one JSON object a line with id, source (the collection), lang, title, text and label
(defence, diplomacy, both, neither or borderline; a borderline article is one that a careful reader could not call).
Where the articles have no labels, those of relevance_drawn.tsv are theirs (id, label, how many articles it stands for):
articles of dedup/real and of the labelled pages (a folder with truth.jsonl, of publishers that extraction was chosen on),
drawn from all scores and read by hand after the lexicon was written.  A page's text is its true body, else what we extract.
Optional: countries, a list of ISO 3166-1 codes that the article names; event, which the translations of one article share.
"""

import hashlib
import json
import re
import sys
from pathlib import Path

from extraction import ours
from labelled_pages import page_bytes, site

from newscrawler.relevance.language import language_of

SECOND_SET = ("translated2", "pages2")  # split by event, so that translations stand in one half, and by publisher
LEAST_BODY = 100  # characters of a page's true body; of a page with fewer only marks of it are known
DRAWN = Path(__file__).parent / "relevance_drawn.tsv"


def read_documents(folder: Path) -> list[dict]:
    """The labelled articles of a folder.  Exits with one line where there are none."""
    path = folder / "docs.jsonl"
    path = path if path.exists() else folder / "truth.jsonl"
    try:
        documents = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]
        return documents if "label" in documents[0] else _drawn(documents, folder)
    except IndexError:
        sys.exit(f"{path}: holds no article")
    except (OSError, ValueError) as error:
        sys.exit(f"{path}: cannot be read: {error}; DATA_DIR is a folder with a docs.jsonl or truth.jsonl")


def _drawn(documents: list[dict], folder: Path) -> list[dict]:
    """Those of some articles that were drawn and read, with their labels and how many each stands for."""
    rows = [line.split("\t") for line in DRAWN.read_text(encoding="utf-8").splitlines()]
    called = {name: {"label": label, "stands_for": float(number)} for name, label, number in rows}
    return [_as_article(each, folder) | called[each["id"]] for each in documents if each["id"] in called]


def _as_article(record: dict, folder: Path) -> dict:
    """An article without labels, or a labelled page, as the others are."""
    title, text, host = record["title"], record.get("text") or record.get("body") or "", record.get("host") or site(record)
    if len(text) < LEAST_BODY:
        found = ours(page_bytes(record | {"path": folder / record["html"]}), record)
        title, text = found.get("title"), found["body"]
    return {"id": record["id"], "source": "hand_drawn", "title": title or "", "text": text, "host": host}


def publisher(document: dict) -> str:
    """Who published it, as far as the id tells: what must not stand in both halves."""
    name = document["id"]
    if document["source"] == "hand_drawn":
        return document["host"]
    if document["source"] == "translated2":
        return document["event"]
    if document["source"] == "pages2":  # collection-COUNTRY-publisher_date, collection-publisher and a number
        return re.sub(r"^p2:(?:fundus_eval|[a-z0-9]+)-(?:[a-z]{2}-)?|_.*|\d+$", "", name)
    if "/" in name:
        return name.rpartition("/")[0]
    head, _, tail = name.rpartition("_")
    return head if head and tail.isdigit() else name


def is_tuning(document: dict) -> bool:
    """Whether an article belongs to the half that may be tuned on."""
    if document["source"] == "hand_drawn":
        return True
    if document["source"] in SECOND_SET:
        return hashlib.sha256(publisher(document).encode()).digest()[0] % 2 == 0
    return hashlib.blake2b(publisher(document).encode()).digest()[0] % 2 == 0


def by_hand(document: dict) -> bool:
    return document["source"].startswith("hand") or document["source"] in SECOND_SET


def language(document: dict) -> str | None:
    """The language as a crawl would say it."""
    claim = document.get("lang")
    return language_of(document["text"], claim if claim and claim != "??" else None)[0]
