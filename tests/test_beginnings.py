"""An archive whose making was cut off, by a full disk or a kill at any statement, is finished by the next opening."""

import errno
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import database

from newscrawler.errors import ArchiveError
from newscrawler.storage.archive import Archive
from newscrawler.storage.database.connect import connect_for_reading

# makes an archive in a child of its own for each word: "size:N", the largest file that it may write (furnished: all but the
# database is there), or "kill:N", the statement that it dies at; then opens what that left, and prints what is wrong with it
MAKE = """
from datetime import UTC, datetime
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from newscrawler.errors import ArchiveError
from newscrawler.storage import archive as module

def furnished(size):
    module.furnish(folder)
    limited(size)

def limited(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    try:
        module.Archive.open(folder).close()
    except ArchiveError as error:
        print(str(error), file=sys.stderr)
        os._exit(1)
    os._exit(0)

def killed(number):
    connect, left = module.connect_for_writing, [number]
    def count(statement):
        left[0] -= 1
        if left[0] < 0:
            os._exit(137)
    def connect_and_count(folder):
        db = connect(folder)
        db.conn.set_trace_callback(count)
        return db
    module.connect_for_writing = connect_and_count
    module.Archive.open(folder).close()
    os._exit(0)

for word in sys.argv[2:]:
    how, number = word.split(":")
    folder = Path(sys.argv[1]) / word.replace(":", "-")
    if not (child := os.fork()):
        try:
            {"size": limited, "furnished": furnished, "kill": killed}[how](int(number))
        except BaseException as error:
            print("bug:", repr(error))
            os._exit(2)
    os.waitpid(child, 0)
    try:
        with module.Archive.open(folder) as archive:
            [[found]] = archive.db.execute("PRAGMA integrity_check").fetchall()
            archive.start_run("crawl", datetime.now(UTC))
            print(word, found)
    except Exception as error:
        print(word, repr(error))
"""
SIZES = (0, 1, 512, 4_096, 5_000, 16_384, 33_000, 70_000, 150_000, 300_000)
KILLS = (*range(8), 12, 40, 120, 200, 300)


def test_what_a_full_disk_or_a_kill_left_is_finished(tmp_path):
    (tmp_path / "whole").mkdir()
    with Archive.open(tmp_path / "whole") as whole:
        schema = whole.db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    files = {path.name: path.read_bytes() for path in (tmp_path / "whole").iterdir() if path.suffix in (".json", ".md")}
    points = [f"{how}:{size}" for how in ("size", "furnished") for size in SIZES] + [f"kill:{number}" for number in KILLS]
    done = subprocess.run([sys.executable, "-c", MAKE, tmp_path, *points], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{point} ok" for point in points], done.stderr
    for point in points:
        folder = tmp_path / point.replace(":", "-")
        with closing(connect_for_reading(folder)) as db:
            assert db.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall() == schema, point
        assert {name: (folder / name).read_bytes() for name in files} == files, point


@pytest.mark.parametrize("table", ["_sqlite_migrations (id, migration_set, name, applied_at)", None])
def test_our_beginnings_are_not_another_programs(tmp_path, table):
    with database(tmp_path / "news.db") as db:
        if table:
            db.execute(f"CREATE TABLE {table}")
    Archive.open(tmp_path).close()


def test_migrations_of_another_program_are_its_own(tmp_path):
    with database(tmp_path / "news.db") as db:
        db.execute("CREATE TABLE _sqlite_migrations (id, migration_set, name, applied_at)")
        db.execute("CREATE TABLE its_own (x)")
    with pytest.raises(ArchiveError, match="another program's"):
        Archive.open(tmp_path)
    with database(tmp_path / "news.db") as db:
        db.execute("DROP TABLE its_own")
        db.execute("INSERT INTO _sqlite_migrations VALUES (1, 'theirs', 'm001', '2026-01-01')")
    with pytest.raises(ArchiveError, match="another program's"):
        Archive.open(tmp_path)


def test_a_disk_without_room_for_its_folder_is_called_full(tmp_path, monkeypatch):
    def no_room(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "mkdir", no_room)
    with pytest.raises(ArchiveError, match="archive: the disk is full; make room"):
        Archive.open(tmp_path / "archive")
