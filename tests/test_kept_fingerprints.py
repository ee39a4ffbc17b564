"""Where fingerprints are kept: whatever way they have gone so far, the same are found."""

import random
from collections import defaultdict
from contextlib import suppress

import pytest
from conftest import candidate, lease, rows

from newscrawler.storage.archive import Archive
from newscrawler.storage.articles import kept_fingerprints as kept
from newscrawler.storage.database.connect import connect_for_reading

ANY = 2**62
TABLES = ("recent_fingerprints", "gathered_fingerprints", "settled_fingerprints")


@pytest.fixture
def small(monkeypatch):
    """An archive's way of keeping them, in small: three articles are gathered at once, of which few rows wait."""
    monkeypatch.setattr(kept, "RECENT_ARTICLES", 3)
    monkeypatch.setattr(kept, "GATHERED_ROWS", 20)


def in_tables(archive):
    return [rows(archive, f"SELECT count(*) FROM {table}")[0][0] for table in TABLES]


def all_of(archive):
    return sorted(rows(archive, "SELECT hash, article_id FROM fingerprints"))


class Undone(Exception):
    pass


def put(archive, truth, chance, article):
    """Something that may happen to an article's fingerprints, here and in what is true."""
    hashes = {chance.choice((chance.randrange(-(2**31), 2**31), chance.randrange(40))) for _ in range(8)}
    there = {value for value, of in truth if of == article}
    if there and chance.random() < 0.4:
        gone = set(chance.sample(sorted(there), len(there) // 2)) | {77}
        assert kept.take(archive.db, article, gone) == (not gone.isdisjoint(there))
        truth.difference_update((value, article) for value in gone)
    else:
        kept.add(archive.db, article, hashes - there)
        truth.update((value, article) for value in hashes)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_found_whatever_was_undone_in_between(archive, seed):
    chance, truth = random.Random(seed), set()
    for transaction in range(30):
        before = set(truth)
        with suppress(Undone), archive.transaction():
            for _ in range(chance.randrange(1, 5)):
                decided = set(truth)
                with suppress(Undone), archive.db.atomic():
                    put(archive, truth, chance, chance.randrange(1, 3 + transaction))
                    if chance.random() < 0.2:
                        truth = decided
                        raise Undone
            if chance.random() < 0.2:
                truth = before
                raise Undone
        asked = {value for value, _ in truth} | {chance.randrange(40) for _ in range(3)}
        expected = defaultdict(list)
        for value, article in sorted(truth):
            if article < 20:
                expected[value].append(article)
        found = kept.articles_of(archive.db, asked, 20)
        assert {value: sorted(articles) for value, articles in found.items()} == {each: expected[each] for each in asked}
        assert all_of(archive) == sorted(truth)
    assert in_tables(archive)[2] > 0  # all three ways were gone


@pytest.mark.usefixtures("small")
def test_few_rows_wait_and_all_slices_have_their_turn(archive):
    chance = random.Random(1)
    for article in range(1, 200):
        kept.add(archive.db, article, {chance.randrange(-(2**31), 2**31) for _ in range(10)})
        recent, gathered, _ = in_tables(archive)
        assert recent < 3
        assert gathered <= 20
    assert sum(in_tables(archive)[1:]) + 10 * in_tables(archive)[0] == 1990
    slices = rows(archive, f"SELECT DISTINCT (hash + {2**31}) / {2**32 // kept.SLICES} FROM settled_fingerprints")
    assert len(slices) == kept.SLICES


def test_another_process_finds_what_is_recent(archive, tmp_path):
    archive.file([candidate(lease(archive, "https://gazette.example/1"), "Four frigates left the port on Monday.")])
    before = all_of(archive)
    assert in_tables(archive) == [1, 0, 0]
    folder = archive.folder
    archive.close()
    with Archive.open(folder) as again:
        assert all_of(again) == before
        hashes = [value for value, _ in before]
        assert kept.articles_of(again.db, hashes, ANY) == {value: [1] for value in hashes}


def test_a_row_that_another_program_has_spoilt_is_passed_over(archive):
    for number, cell in enumerate(("no JSON", '{"a": 5}', '["x", null, 1.5]', "[7, 8]"), start=1):
        archive.db.execute("INSERT INTO recent_fingerprints VALUES (?, ?)", [number, cell])
    assert all_of(archive) == [(5, 2), (7, 4), (8, 4)]
    assert kept.articles_of(archive.db, [7], ANY) == {7: [4]}
    kept.add(archive.db, 1, [9])
    assert kept.take(archive.db, 2, [5])
    assert all_of(archive) == [(7, 4), (8, 4), (9, 1)]


def test_all_are_taken(archive):
    kept.add(archive.db, 1, [5, 6])
    archive.db.execute("INSERT INTO settled_fingerprints VALUES (5, 2)")
    archive.db.execute("INSERT INTO gathered_fingerprints VALUES (5, 3)")
    assert kept.articles_of(archive.db, [5], ANY) == {5: [3, 2, 1]}
    kept.take_all(archive.db)
    assert all_of(archive) == []
    assert kept.articles_of(archive.db, [5], ANY) == {5: []}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("cell", ["[99999999999999999999, 7]", "[true, 7]", "[5000000000, -9223372036854775808, 7]"])
def test_a_number_that_is_no_fingerprint_stops_nothing(archive, cell):
    archive.db.execute("INSERT INTO recent_fingerprints VALUES (1, ?)", [cell])
    for article in (2, 3, 4, 5):
        kept.add(archive.db, article, [2**31 - 1, -(2**31)])
    assert in_tables(archive)[1] > 0  # it was gathered
    assert all_of(archive) == [(-(2**31), each) for each in (2, 3, 4, 5)] + [(7, 1)] + [
        (2**31 - 1, each) for each in (2, 3, 4, 5)
    ]


def test_an_article_that_is_in_two_tables_counts_once(archive):
    archive.db.execute("INSERT INTO settled_fingerprints VALUES (5, 1)")
    archive.db.execute("INSERT INTO gathered_fingerprints VALUES (5, 1)")
    kept.add(archive.db, 1, [5])
    kept.add(archive.db, 2, [5])
    assert kept.articles_of(archive.db, [5], ANY) == {5: [1, 2]}


@pytest.mark.usefixtures("small")
def test_a_reader_finds_what_the_writer_has_brought_since(archive):
    reader = connect_for_reading(archive.folder)
    kept.add(archive.db, 1, [5])
    assert kept.articles_of(reader, [5, 6], ANY) == {5: [1], 6: []}
    for article in (2, 3, 4):  # of which the third is gathered
        kept.add(archive.db, article, [6])
    assert kept.articles_of(reader, [5, 6], ANY) == {5: [1], 6: [2, 3, 4]}
    reader.close()


def test_what_is_kept_of_one_article_is_found_wherever_it_is(archive):
    archive.db.execute("INSERT INTO settled_fingerprints VALUES (5, 1), (5, 2)")
    archive.db.execute("INSERT INTO gathered_fingerprints VALUES (6, 1), (7, 1)")
    kept.add(archive.db, 1, [8, 9])
    assert kept.of_article(archive.db, 1, [4, 5, 6, 8]) == {5, 6, 8}
