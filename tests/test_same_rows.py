"""benchmarks/same_rows.py: whether two builds made the same archive of the same web."""

import runpy
from pathlib import Path

from conftest import NOW, SOURCES, candidate, lease

from newscrawler.storage.archive import Archive
from newscrawler.storage.sites import sources as stored_sources

same_rows = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "same_rows.py"))


def filled(folder, *texts):
    with Archive.open(folder) as archive:
        stored_sources.sync_sources(archive, SOURCES)
        for number, text in texts:
            archive.file([candidate(lease(archive, f"https://a.example/{number}"), text, fetched=NOW)])
    return folder / "news.db"


def test_archives_are_the_same_in_whatever_order_and_differ_by_column(tmp_path):
    one = filled(tmp_path / "1", (1, "Two frigates sailed for the strait."), (2, "A tug came home."))
    two = filled(tmp_path / "2", (2, "A tug came home."), (1, "Two frigates sailed for the strait."))
    assert same_rows["report"](one, two) == "2 and 2 articles; all rows are the same"
    other = filled(tmp_path / "3", (1, "Two frigates sailed, for the strait!"), (3, "A third one."))
    found = same_rows["differences"](*map(same_rows["articles"], (one, other)))
    assert dict(found) | {"only in the first": 1, "only in the second": 1, "text": 1, "states": 1} == found
