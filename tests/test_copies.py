"""Which texts are copies: cases as data, and what holds for any two texts."""

import pytest
from conftest import CASES, as_json
from hypothesis import given
from hypothesis import strategies as st

from newscrawler.dedup.copies import Text, is_notice, judge, overlap
from newscrawler.dedup.fingerprints import MAX_SAMPLED, MIN_SAMPLED, fingerprints, sample, shingled
from newscrawler.dedup.stories import Member, first_publisher, original

TEXTS = as_json(CASES / "copies" / "texts.json")


def built(parts):
    """A text of named texts ("patrol"), some of their paragraphs ("patrol:0-2"), at most so many characters, and "+words"."""
    paragraphs = []
    for part in parts:
        if part.startswith("+"):
            paragraphs += part[1:].split("\n")
            continue
        name, _, which = part.partition(":")
        lines = TEXTS[name]["text"].split("\n")
        span, _, characters = which.partition(":")
        first, last = map(int, span.split("-")) if span else (0, len(lines))
        text = "\n".join(lines[first : last + 1])
        paragraphs += text[: int(characters) if characters else None].split("\n")
    return "\n".join(paragraphs)


def title_of(case, side):
    named = next((part.partition(":")[0] for part in case[side] if not part.startswith("+")), None)
    return case.get(f"{side}_title") or TEXTS[named]["title"]


@pytest.mark.parametrize("case", as_json(CASES / "copies" / "pairs.json"), ids=lambda case: case["why"])
def test_pairs(case):
    second = built(case["second"])
    for old, new in case.get("edit", ()):
        assert old in second, old
        second = second.replace(old, new)
    one = Text(title_of(case, "first"), shingled(built(case["first"])))
    other = Text(title_of(case, "second"), shingled(second))
    how = {"same_site": case.get("same_site", False), "days_apart": case.get("days_apart")}
    found = judge(overlap(one, other), **how)
    back = judge(overlap(other, one), **how)
    if case.get("none") or (case.get("or_none") and found is None):
        assert found is None
        assert back is None
        return
    assert (found.doubt is None) == case["same_story"], found
    assert (back.doubt is None) == case["same_story"], "the other way round"
    if "relation" in case:
        assert found.relation == case["relation"]


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_two_texts_can_be_compared(one, other):
    first, second = Text(one[:50], shingled(one)), Text(None, shingled(other))
    there, back = overlap(first, second), overlap(second, first)
    assert (there.shared, there.titles, there.first, there.second) == (back.shared, back.titles, back.second, back.first)
    assert 0 <= there.near <= there.score <= 1
    judge(there, same_site=False)


@given(st.text(max_size=2_000))
def test_a_text_is_its_own_copy_whatever_stands_around_it(text):
    body = shingled(text)
    assert len(fingerprints(body)) <= min(MAX_SAMPLED, max(1, len(body.hashes)))
    if len(body.hashes) >= 20:
        found = judge(overlap(Text("T", body), Text("T", body)), same_site=False)
        assert found.relation == "copy"
        assert found.doubt is None or "notice" in found.doubt


@given(st.lists(st.integers(0, 2**32 - 1), max_size=600))
def test_sampling_is_bounded_and_leaves_nothing_short_without_a_sample(hashes):
    kept = sample(hashes)
    assert kept == sorted(set(kept))
    assert min(MIN_SAMPLED, len(hashes)) <= len(kept) <= MAX_SAMPLED


def test_sampling_keeps_the_same_shingles_of_a_shared_part():
    """Content decides, not position: only that is how a copy can be found."""
    body = built(["patrol"])
    plain = set(fingerprints(shingled(body)))
    wrapped = set(fingerprints(shingled(f"Skip to content. Share this article. {body} Read more of our coverage.")))
    assert len(plain & wrapped) >= 0.8 * len(plain)


def test_a_text_of_any_size_is_bounded():
    body = shingled("convoy escort narrows " * 1_000_000)
    assert len(body.hashes) <= 50_000
    assert len(fingerprints(body)) <= MAX_SAMPLED


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PARIS, Nov 22 (Reuters) - Ministers met.", "Reuters"),
        ("KYIV (AP) — Ministers met.", "AP"),
        ("Berlin (dpa/lno) - Minister trafen sich.", "dpa"),
        ("Ministers met.\nThis article originally appeared in The Harbour Gazette.", "The Harbour Gazette"),
        ("Minister trafen sich.\nZuerst erschienen bei Hafenblatt.", "Hafenblatt"),
        ("Ministers met.\nSource: Coastline Wire", "Coastline Wire"),
        ("Ministers met (AP was not there).", None),
        ("The source: a minister", None),
        ("", None),
    ],
)
def test_credited(text, name):
    assert first_publisher(text) == name


def member(number, source, published=None, seen="2026-11-22T10:00:00Z", **more):
    return Member(number, source, f"{source.lower()}.example", published, seen, **more)


@pytest.mark.parametrize(
    ("holder", "challenger", "first", "why"),
    [
        (member(1, "Mirror", credit="Gazette"), member(2, "Gazette", seen="2026-11-23T10:00:00Z"), 2, "credited by Mirror"),
        (member(1, "Mirror", canonical_host="gazette.example"), member(2, "Gazette"), 2, "credited by Mirror"),
        (member(1, "Gazette"), member(2, "Mirror", "2026-11-20", credit="Gazette"), 1, "credited by Mirror"),
        (member(1, "A", "2026-11-22T09:00:00Z"), member(2, "B", "2026-11-22T08:00:00Z"), 2, "published earlier, as stated"),
        (member(1, "A", "2026-11-22T09:00:00Z"), member(2, "B", "2026-11-22"), 1, "arrived first"),
        (member(1, "A", "2026-11-22T09:00:00Z"), member(2, "B", "2026-11-21"), 2, "published earlier, as stated"),
        (member(1, "A", "2099-01-01"), member(2, "B", "2026-11-22"), 1, "arrived first"),
        (member(1, "A"), member(2, "B", seen="2026-11-22T09:00:00Z"), 2, "seen first"),
        (member(1, "A", "rubbish"), member(2, "B", "2026-11-22T08:00:00+00:00"), 1, "arrived first"),
        (member(1, "A", credit="B"), member(2, "B", credit="A"), 1, "arrived first"),
        (member(1, "A", "1970-01-01"), member(2, "B", "2026-11-20"), 1, "arrived first"),
    ],
)
def test_original(holder, challenger, first, why):
    for members in ([holder, challenger], [challenger, holder]):
        found, reason = original(members)
        assert (found.id, reason) == (first, why)


@given(st.permutations([
    member(1, "Cee", "2026-11-19"), member(2, "Dee", "2026-11-20", credit="Aleph"), member(3, "Aleph", "2026-11-21"),
    member(4, "Relay", "1970-01-01"),
]))  # fmt: skip
def test_the_original_is_the_same_in_any_order(members):
    found, reason = original(members)
    assert (found.source, reason) == ("Aleph", "credited by Dee")
    assert original([each for each in members if each.source != "Dee"])[0].source == "Cee"


def test_a_notice_is_one_in_several_languages():
    assert is_notice(
        ["abonnez", "vous", "pour", "lire", "la", "suite", "déjà", "abonné", "connectez", "vous", "à", "votre", "compte"]
    )
    assert not is_notice(["the", "minister", "signed", "a", "treaty", "on", "fishing", "in", "the", "northern", "strait"])
