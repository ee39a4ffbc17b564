"""WARC files that have left the archive's folder: moved whole, read where they are, never lost between the two."""

import asyncio
from datetime import timedelta

import pytest
from conftest import NOW, candidate, command, database, lease, rows

from newscrawler.crawl.writer import ArchiveWriter
from newscrawler.engine.moving import Moving
from newscrawler.errors import ArchiveError, ConfigError
from newscrawler.items import Page
from newscrawler.storage.archive import PAGES, Archive
from newscrawler.storage.database.identity import identity
from newscrawler.storage.warc import moving as warc_moving
from newscrawler.storage.warc import store as warc_store
from newscrawler.storage.warc.reading import read_page
from newscrawler.storage.warc.records import make_record

DAY = timedelta(days=1)


def stored(archive, name, at):
    """An article with its page, as it was fetched at a time."""
    link = lease(archive, f"https://gazette.example/{name}")
    page = Page(link, link.url, at, 200, (("Content-Type", "text/html"),), f"<p>{name}</p>".encode())
    record, digest = make_record(page)
    archive.file([candidate(link, f"What {name} says of frigates.", fetched=at, record=record, digest=digest)])


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path, monkeypatch):
    address = str(tmp_path / "shared") if request.param == "folder" else f"memory://{tmp_path.name}/warcs"
    monkeypatch.setenv(warc_store.VARIABLE, address)
    return warc_store.store()


def bodies(archive, folder):
    places = rows(archive, "SELECT warc_file, warc_offset, warc_length FROM pages ORDER BY id")
    return [read_page(folder, *place)[1] for place in places]


def test_what_was_moved_is_read_where_it_is(archive, store):
    stored(archive, "one", NOW - DAY)
    stored(archive, "two", NOW)
    pages = archive.folder / PAGES
    assert warc_moving.finished(archive, NOW.date()) == ["2026-11-21-001.warc.gz"]  # today's is written still
    first, second = warc_moving.move_out(archive, store, NOW)
    assert not list(pages.iterdir())
    assert rows(archive, "SELECT warc_file, place, bytes FROM warc_places ORDER BY 1") == [
        (each.file, store.address, each.bytes) for each in (first, second)
    ]
    assert bodies(archive, pages) == [b"<p>one</p>", b"<p>two</p>"]
    assert archive.pages.has(first.file)
    stored(archive, "three", NOW)  # under a name of its own, though the day's first file is not in the folder
    assert [path.name for path in pages.iterdir()] == ["2026-11-22-002.warc.gz"]
    assert bodies(archive, pages)[2] == b"<p>three</p>"


def test_every_reader_reads_there(archive, store, tmp_path, monkeypatch):
    stored(archive, "one", NOW)
    warc_moving.move_out(archive, store, NOW)
    folder = ("--archive", archive.folder)
    archive.close()
    monkeypatch.delenv(warc_store.VARIABLE)
    (tmp_path / "newscrawler.toml").write_text(f'pages_store = "{store.address}"\n')
    assert command("page", 1, *folder, cwd=tmp_path).stdout == "<p>one</p>"
    assert f"{store.address}/2026-11-22-001" in command("page", 1, "--headers", *folder, cwd=tmp_path).stdout
    assert command("show", 1, "--raw", *folder, cwd=tmp_path).stdout.strip() == "<p>one</p>"
    assert command("export", "all.wacz", *folder, cwd=tmp_path).returncode == 0
    assert command("export", "part", "--format", "sqlite", *folder, cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "part" / PAGES).iterdir())) == 1  # an archive of its own, with its pages
    assert "pages/" not in command("doctor", *folder, cwd=tmp_path).stdout
    done = command("backup", "kept", *folder, cwd=tmp_path)
    assert (done.returncode, "1 WARC files are in the archive's store" in done.stderr) == (0, True)
    (tmp_path / "newscrawler.toml").unlink()  # whoever is not told where reads nowhere
    assert command("page", 1, *folder, cwd=tmp_path).returncode == 1
    assert f"it went to {store.address}" in command("doctor", *folder, cwd=tmp_path).stdout
    assert f"it went to {store.address}" in command("page", "1", *folder, cwd=tmp_path).stderr


def test_the_verb_moves_and_says_so(archive, tmp_path):
    stored(archive, "one", NOW)
    archive.close()
    words = ("offload", "--archive", archive.folder)
    assert "no pages_store is set" in command(*words, cwd=tmp_path).stderr
    done = command(*words, cwd=tmp_path, NEWSCRAWLER_PAGES_STORE=str(tmp_path / "there"))
    assert done.stderr.startswith(f"1 WARC file moved to {tmp_path / 'there'}")
    again = command(*words, cwd=tmp_path, NEWSCRAWLER_PAGES_STORE=str(tmp_path / "there"))
    assert again.stderr.startswith("0 WARC files")
    refused = command(*words, cwd=tmp_path, NEWSCRAWLER_PAGES_STORE="nowhere://x")
    assert (refused.returncode, "pages_store = 'nowhere://x'" in refused.stderr) == (2, True)


def test_a_kill_between_two_steps_leaves_the_file_to_be_moved_again(archive, store):
    stored(archive, "one", NOW)
    archive.pages.close()
    (file,) = warc_moving.finished(archive)
    pages, whose = archive.folder / PAGES, identity(archive.db)
    moved = warc_moving.put(pages, file, whose, store)  # and killed before it was noted
    assert warc_moving.put(pages, file, whose, store) == moved
    stored(archive, "two", NOW)  # written on in the meantime
    assert not warc_moving.note(archive, moved, NOW)
    assert bodies(archive, pages) == [b"<p>one</p>", b"<p>two</p>"]
    (again,) = warc_moving.move_out(archive, store, NOW)  # over the shorter one
    assert again.bytes > moved.bytes
    assert bodies(archive, pages) == [b"<p>one</p>", b"<p>two</p>"]


def test_nothing_is_overwritten_with_another_file(archive, store):
    stored(archive, "one", NOW)
    archive.pages.close()
    (file,) = warc_moving.finished(archive)
    path, name = archive.folder / PAGES / file, warc_store.stored_name(identity(archive.db), file)
    other = archive.folder / "other"
    other.write_bytes(b"x" * (path.stat().st_size + 1))
    store.put(other, name)
    with pytest.raises(ArchiveError, match="has another"):
        warc_moving.move_out(archive, store, NOW)
    assert path.is_file()


def test_two_archives_share_a_store(archive, store, tmp_path):
    stored(archive, "one", NOW)
    (moved,) = warc_moving.move_out(archive, store, NOW)
    (place,) = rows(archive, "SELECT warc_file, warc_offset, warc_length FROM pages")
    with Archive.open(tmp_path / "other") as other:  # names the same file, and is not given this archive's
        assert not other.pages.has(moved.file)
        with pytest.raises(ArchiveError, match="cannot be read"):
            read_page(other.folder / PAGES, *place)


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(ConfigError, match="name a folder, or such as s3://bucket/folder"):
        warc_store.store_at("nowhere://x")


def test_the_archivist_moves_what_it_writes_no_more(archive, store, monkeypatch, caplog):
    stored(archive, "one", NOW - DAY)
    stored(archive, "two", NOW)
    writer = ArchiveWriter(archive, on_fatal=lambda error: None)
    moving = Moving(archive, writer)

    async def look():
        moving.look(NOW)
        await moving._running

    def full(self, path, name):
        raise OSError(28, "no room")

    with monkeypatch.context() as patched:
        patched.setattr(type(store), "put", full)
        asyncio.run(look())
    assert "no room; it stays" in caplog.text
    asyncio.run(look())
    writer.close()
    with database(archive.folder / "news.db") as db:
        assert db.execute("SELECT warc_file FROM warc_places").fetchall() == [("2026-11-21-001.warc.gz",)]
    assert [path.name for path in (archive.folder / PAGES).iterdir()] == ["2026-11-22-001.warc.gz"]
