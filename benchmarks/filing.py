"""What an article costs in news.db: the CPU of filing it beside how many others, and its bytes, table by table.

    uv run --group benchmarks python benchmarks/filing.py DATA_DIR... [--beside 1000 100000] [--documents 1000]

DATA_DIR/docs.jsonl: articles as benchmarks/dedup.py reads them.  Each is judged, sketched and its lines named as a worker
does it, before the clock starts; then they are filed as a crawl files them, 16 at a time, into archives that hold others
(the `fill` of benchmarks/dedup.py), turn by turn.  Bytes (by dbstat) are of an archive of all documents and nothing else.
"""

import argparse
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from dedup import candidate, fill, load, open_archive

from newscrawler.config.lexicon import lexicon_of
from newscrawler.items import Candidate
from newscrawler.markup.site_lines import line_keys, page_name
from newscrawler.process import judged
from newscrawler.storage.archive import Archive

BATCH = 16  # what gathers while a commit runs
HOSTS = 200  # where the documents name none


def ready(documents: list[dict]) -> list[Candidate]:
    """Documents as workers would hand them over."""
    lexicon = lexicon_of("")
    found = []
    for number, doc in enumerate(documents):
        made = candidate({"host": f"{number % HOSTS}.example"} | doc | {"id": str(number)}, number)
        assert made.article is not None
        name = page_name(made.url_key, made.article.text)
        found.append(replace(judged(made, lexicon), lines=line_keys(made.article.text), page_name=name))
    return found


def cpu(archive: Archive, batch: list[Candidate]) -> float:
    begun = time.process_time()
    archive.file(batch)
    return time.process_time() - begun


def costs(made: list[Candidate], beside: list[int], place: Path) -> dict[int, float]:
    """CPU milliseconds an article beside so many others, turn by turn: the machine is shared."""
    archives = {number: open_archive(place / str(number)) for number in beside}
    spent: Counter[int] = Counter()
    for number, archive in archives.items():
        fill(archive, number, 1)
    for at in range(0, len(made), BATCH):
        for number, archive in archives.items():
            spent[number] += cpu(archive, made[at : at + BATCH])
    for archive in archives.values():
        archive.close()
    return {number: 1000 * seconds / len(made) for number, seconds in spent.items()}


def sizes(made: list[Candidate], place: Path) -> dict[str, float]:
    """Bytes an article by table, indexes among them."""
    with closing(open_archive(place / "sizes")) as archive:
        for at in range(0, len(made), BATCH):
            archive.file(made[at : at + BATCH])
        tables = dict(archive.db.execute("SELECT name, tbl_name FROM sqlite_master").fetchall())
        found: Counter[str] = Counter()
        for name, size in archive.db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name").fetchall():
            table = tables.get(name, name)
            found["articles_fts" if table.startswith("articles_fts") else table] += size
        (number,) = archive.db.execute("SELECT count(*) FROM articles").fetchone()
    return {name: size / number for name, size in found.most_common()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="+", metavar="DATA_DIR")
    parser.add_argument("--beside", type=int, nargs="*", default=[1_000, 100_000], metavar="N", help="so many others")
    parser.add_argument("--documents", type=int, default=960, help="of which the CPU is measured")
    arguments = parser.parse_args()
    for folder in arguments.data:
        if not (folder / "docs.jsonl").is_file():
            parser.error(f"{folder}: has no docs.jsonl")
    made = ready([doc for folder in arguments.data for doc in load(folder)[0]])
    with tempfile.TemporaryDirectory() as place:
        found = sizes(made, Path(place))
        length = sum(len(each.article.text.encode()) for each in made if each.article) / len(made)
        print(f"{len(made)} articles of {length:.0f} bytes of text: {sum(found.values()):.0f} bytes each in news.db")
        print("\n".join(f"  {size:7.0f}  {name}" for name, size in found.items() if size >= 10))
        for number, ms in costs(made[: arguments.documents], arguments.beside, Path(place)).items():
            print(f"filing beside {number:,} others: {ms:.2f} CPU ms an article")


if __name__ == "__main__":
    main()
