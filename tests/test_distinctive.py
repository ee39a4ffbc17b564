"""What sets a search's hits apart: words language by language and in every script, names, countries; bounded samples."""

from dataclasses import replace

from conftest import candidate, lease
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.items import Mention
from newscrawler.search import distinctive
from newscrawler.search.distinctive import profile, spread
from newscrawler.search.logodds import LEAST, SURE, log_odds
from newscrawler.search.query import compile_query
from newscrawler.search.vocabulary import vocabulary

COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40))
FRANCE, JAPAN = Mention("country", "FR", "France", 3, main=True), Mention("country", "JP", "Japan", 2)
# language, text of one in three, of the others, what of the first is told
LANGUAGES = (
    ("en", "The frigate left for the strait number {}.", "The council spoke of the budget number {}.", "strait"),
    ("de", "Die Fregatte fuhr in die Meerenge Nummer {}.", "Die Fraktion sprach in die Debatte Nummer {}.", "meerenge"),
    ("ja", "護衛艦は海峡へ向かった{}。", "議会は予算を審議した{}。", "海峡"),
)


def filed(archive, each=18):
    made = []
    for language, marked, other, _ in LANGUAGES:
        for number in range(each):
            about, mention = (marked, JAPAN) if number % 3 == 0 else (other, FRANCE)
            url = f"https://gazette.example/{language}/{number}"
            one = candidate(lease(archive, url, "gazette"), about.format(number), title=f"{language} {number}")
            verdict = replace(one.verdict, mentions=(mention,), topics=())
            made.append(replace(one, article=replace(one.article, language=language), verdict=verdict))
    archive.file(made)
    return archive.db


def test_words_names_and_countries_of_a_search(archive):
    db = filed(archive)
    found = profile(db, compile_query("mentions:japan", vocabulary(db)), vocabulary(db))
    assert (found.total, found.step) == (18, 1)
    told = {group.code: {each.key for each in group.words} for group in found.words}
    for code, _, _, word in LANGUAGES:
        assert word in told[code]
    assert not {"the", "die", "number", "nummer", "budget"} & {word for words in told.values() for word in words}
    assert [(each.code, each.named) for each in found.countries] == [("JP", 18)]
    assert found.names == ()  # that is what was asked for
    (name,) = profile(db, compile_query("fregatte OR frigate", vocabulary(db)), vocabulary(db)).names
    assert (vocabulary(db).named[name.key][2], name.inside, round(name.outside, 2)) == ("Japan", 1, 0.33)


def test_nothing_sets_apart_what_is_everything_or_nothing(archive):
    db = filed(archive, each=6)
    for text in ("", "nowhere"):
        found = profile(db, compile_query(text, vocabulary(db)), vocabulary(db))
        assert (found.words, found.names) == ((), ())


def test_a_sample_is_bounded_and_from_all_of_the_time(archive):
    db = filed(archive)
    fts = compile_query("lang:en OR lang:ja", vocabulary(db)).fts
    sample = spread(db, fts, 12)
    assert len(sample) <= 12
    assert sample == sorted(set(sample))
    assert min(sample) <= 3
    assert max(sample) > 36
    assert len(spread(db, fts, 100)) == 36
    assert distinctive.HITS + distinctive.LANGUAGES * distinctive.OTHERS < 2_000


@given(COUNTS, COUNTS)
def test_what_is_told_is_commoner_inside_and_no_chance(inside, outside):
    found = log_odds(inside, 40, outside, 40)
    assert all(each.inside > each.outside and each.score >= SURE for each in found)
    assert all(inside[each.key] >= LEAST for each in found)
    assert found == sorted(found, key=lambda each: -each.score)
    assert not {each.key for each in found} & {each.key for each in log_odds(outside, 40, inside, 40)}
