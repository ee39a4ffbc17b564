"""A backup is whole, checked, made beside a writer, and restores what there was."""

from shutil import copytree

import pytest
from conftest import NOW, candidate, command, database, lease
from test_doctor import _cut, _flip

from newscrawler.errors import ArchiveError
from newscrawler.items import Page
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.backup import back_up
from newscrawler.storage.warc.reading import read_page
from newscrawler.storage.warc.records import make_record

TEXT = "The ministers met in the harbour town and agreed on the ninth paragraph of the treaty. " * 4


def file(archive, number):
    """An article with its page."""
    url = f"https://gazette.example/{number}"
    leased = lease(archive, url)
    body = f"<p>{TEXT} {number}</p>".encode()
    record, digest = make_record(Page(leased, url, NOW, 200, (("Content-Type", "text/html"),), body))
    archive.file([candidate(leased, f"{TEXT} Number {number}.", record=record, digest=digest)])


def pages_of(folder):
    with database(folder / "news.db") as db:
        rows = db.execute("SELECT warc_file, warc_offset, warc_length FROM pages ORDER BY id").fetchall()
    return [read_page(folder / "pages", *row)[1] for row in rows]


def test_beside_a_writer_and_again(archive, tmp_path):
    folder, target = tmp_path / "archive", tmp_path / "safe"
    file(archive, 1)
    with archive.transaction():
        archive.db.execute("UPDATE articles SET title = 'not committed'")
        first = back_up(folder, target)
    assert (first.records, first.missing) == (1, ())
    with database(target / "news.db") as db:
        assert db.execute("SELECT title FROM articles").fetchall() == [("A title",)]
    file(archive, 2)
    file(archive, 3)
    second = back_up(folder, target)
    assert (second.records, second.missing) == (2, ())
    assert second.warc_bytes < (folder / "pages").joinpath(next((folder / "pages").iterdir()).name).stat().st_size
    assert len(pages_of(target)) == 3
    assert back_up(folder, target).warc_bytes == 0


def test_a_page_that_is_not_the_one_that_was_stored_is_named(archive, tmp_path):
    file(archive, 1)
    archive.db.execute("UPDATE pages SET digest = 'sha1:OTHER'")
    (said,) = back_up(tmp_path / "archive", tmp_path / "safe").missing
    assert "not sha1:OTHER" in said


def test_restored_it_goes_on(archive, tmp_path):
    folder, target = tmp_path / "archive", tmp_path / "safe"
    file(archive, 1)
    back_up(folder, target)
    file(archive, 2)
    archive.close()
    folder.rename(tmp_path / "broken")
    copytree(target, folder)
    with Archive.open(folder) as restored:
        restored.frontier.restrict(["gazette"])
        file(restored, 2)
    assert [TEXT.encode() in body for body in pages_of(folder)] == [True, True]
    assert command("doctor", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("damage", [_cut, _flip])
def test_pages_that_the_archive_has_lost_are_named(archive, tmp_path, damage):
    file(archive, 1)
    archive.pages.close()
    damage(next((tmp_path / "archive" / "pages").iterdir()))
    report = back_up(tmp_path / "archive", tmp_path / "safe")
    assert len(report.missing) == 1
    assert (tmp_path / "safe" / "news.db").exists()
    done = command("backup", "other", cwd=tmp_path)
    assert (done.returncode, "1 pages could not be copied" in done.stderr) == (1, True)


def test_a_copy_that_is_another_is_made_anew(archive, tmp_path):
    file(archive, 1)
    back_up(tmp_path / "archive", tmp_path / "safe")
    path = next((tmp_path / "safe" / "pages").iterdir())
    path.write_bytes(bytes(path.stat().st_size))
    assert back_up(tmp_path / "archive", tmp_path / "safe").records == 1
    assert pages_of(tmp_path / "safe") == pages_of(tmp_path / "archive")


@pytest.mark.parametrize("damage", [_cut, _flip, lambda path: path.unlink()], ids=["cut", "flipped", "missing"])
def test_what_the_archive_lost_later_stays_in_the_backup(archive, tmp_path, damage):
    """A disk that fails is what backups are for: the next one must not carry its damage on."""
    folder, target = tmp_path / "archive", tmp_path / "safe"
    file(archive, 1)
    back_up(folder, target)
    before = pages_of(target)
    archive.pages.close()
    damage(next((folder / "pages").iterdir()))
    report = back_up(folder, target)
    assert pages_of(target) == before
    assert (report.missing, len(report.kept)) == ((), 1)
    done = command("backup", "safe", cwd=tmp_path)
    assert (done.returncode, "keeps them as they were: copy them back from there" in done.stderr) == (1, True)
    assert not list((target / "pages").glob("*.part"))


def test_a_damaged_archive_leaves_the_former_backup(archive, tmp_path):
    file(archive, 1)
    back_up(tmp_path / "archive", tmp_path / "safe")
    before = (tmp_path / "safe" / "news.db").read_bytes()
    archive.db.execute("PRAGMA foreign_keys = OFF")
    archive.db.execute("UPDATE articles SET page_id = 4711")
    with pytest.raises(ArchiveError, match="no backup was made"):
        back_up(tmp_path / "archive", tmp_path / "safe")
    assert (tmp_path / "safe" / "news.db").read_bytes() == before
    assert not list((tmp_path / "safe").glob("*.part*"))


def test_a_backup_that_has_no_place_says_that_another_is_to_be_named(archive, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ArchiveError, match="is a file, not a folder; name another folder for the backup"):
        back_up(tmp_path / "archive", tmp_path / "file")


@pytest.mark.parametrize("target", ["archive", "archive/safe", "."])
def test_a_backup_lies_elsewhere(archive, tmp_path, target):
    with pytest.raises(ArchiveError, match="outside the archive"):
        back_up(tmp_path / "archive", tmp_path / target)


def test_another_archive_is_left(archive, tmp_path):
    with Archive.open(tmp_path / "other"):
        pass
    before = (tmp_path / "other" / "news.db").read_bytes()
    with pytest.raises(
        ArchiveError, match=r"other holds another archive than .*archive; name another folder for the backup"
    ):
        back_up(tmp_path / "archive", tmp_path / "other")
    assert (tmp_path / "other" / "news.db").read_bytes() == before


def test_another_programs_folder_is_left(archive, tmp_path):
    (tmp_path / "other").mkdir()
    with database(tmp_path / "other" / "news.db") as db:
        db.execute("CREATE TABLE mine (x)")
    with pytest.raises(ArchiveError, match="another program"):
        back_up(tmp_path / "archive", tmp_path / "other")
