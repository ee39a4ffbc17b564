"""topics and judge: what there is to be about, and why an article is about it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newscrawler import config
from newscrawler.cli import options
from newscrawler.cli.output import print_rows
from newscrawler.errors import ArchiveError, Failure, NewscrawlerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newscrawler.items import Article, TermMatch, Verdict
    from newscrawler.relevance import Lexicon

MAX_BYTES = 10_000_000
beat_option = click.option(
    "--beat", metavar="FILE", help="Use the terms of this TOML file.  [default: newscrawler.toml's beat]"
)


def _lexicon(beat: str | None) -> Lexicon:
    from newscrawler.config.lexicon import lexicon_of, read_beat
    from newscrawler.relevance import shipped_lexicon

    return read_beat(shipped_lexicon(), beat) if beat else lexicon_of(config.load(Path()).beat)


def unread_languages(languages: Iterable[str]) -> list[str]:
    """Those that the lexicon of this folder does not have, sorted."""
    return _lexicon(None).unread(languages)


def unread_note(languages: Iterable[str]) -> str | None:
    """One line on the languages that the lexicon of this folder does not have; None where it has all."""
    if not (unread := unread_languages(languages)):
        return None
    return f"no lexicon for {', '.join(unread)}: what is in these languages is kept for review, never dropped"


@click.command()
@click.argument("topic", required=False)
@beat_option
@options.with_formats
def topics(topic: str | None, beat: str | None, form: str | None) -> None:
    """List what articles can be about, or the terms of one TOPIC.

    IPTC Media Topics have the scheme iptc; topics of our own, or of your beat, have own; topics of the scheme elsewhere
    are evidence for another subject.  Terms that count "between states" are words of acts: they count beside two states.
    """
    lexicon = _lexicon(beat)
    if topic is not None:
        keys = [key for key, each in lexicon.topics.items() if topic in (key, each.id, each.label)]
        if not keys:
            raise click.UsageError(f"there is no topic {topic!r}; `newscrawler topics` lists them")
        print_rows(
            ("language", "weight", "term", "counts"),
            (
                (term.language, term.weight, term.text, counts)
                for terms, counts in ((lexicon.terms, "always"), (lexicon.acts, "between states"))
                for term in terms
                if term.topic in keys
            ),
            form,
        )
        return
    terms = Counter(term.topic for term in (*lexicon.terms, *lexicon.acts))
    print_rows(
        ("topic", "id", "label", "scheme", "defence", "diplomacy", "terms"),
        (
            (
                key,
                each.id,
                each.label,
                "elsewhere" if each.elsewhere else each.scheme,
                each.defence,
                each.diplomacy,
                terms[key],
            )
            for key, each in lexicon.topics.items()
        ),
        form,
    )
    if form is None:
        click.echo(
            f"{len(lexicon.terms)} terms and {len(lexicon.acts)} words of acts in {len(lexicon.languages())} languages, "
            f"lexicon {lexicon.version}",
            err=True,
        )


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is judged: an article's parts."""

    title: str | None
    lead: str | None
    text: str
    language: str | None
    origin: str | None
    review: str | None = None  # what a person said: keep or drop


def _of_article(article: Article) -> _Subject:
    return _Subject(article.title, article.lead, article.text, article.language, article.language_origin)


def _from_archive(folder: Path | None, target: int | str) -> _Subject | None:
    """The article of a number, or of an address's key; None where the archive has none."""
    from newscrawler.relevance.language import language_of
    from newscrawler.reports.articles import judged_text, judged_text_at

    db = options.open_for_reading(folder)
    found = judged_text(db, target) if isinstance(target, int) else judged_text_at(db, target)
    if found is None:
        return None
    language, origin = found.language, found.language_origin
    if origin is None:
        language, origin = language_of(found.text, language)
    return _Subject(found.title, found.lead, found.text, language, origin, found.decision)


def _from_file(path: Path) -> _Subject:
    from newscrawler.extraction import examine, is_html
    from newscrawler.relevance.language import language_of, with_language

    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NewscrawlerError(f"{path}: cannot be read: {error.strerror}") from error
    if len(body) > MAX_BYTES:
        raise NewscrawlerError(f"{path}: more than {MAX_BYTES // 1_000_000} MB; give one article")
    if path.suffix.lower() not in (".txt", ".md") and b"<" in body[:1_000] and is_html(body, None):
        found = examine(body, path.resolve().as_uri(), datetime.now(UTC)).outcome
        if isinstance(found, Failure):
            raise NewscrawlerError(f"{path}: no article: {found.reason}")
        return _of_article(with_language(found))
    if b"\0" in body[:1_000]:
        raise NewscrawlerError(f"{path}: neither an HTML page nor a text in UTF-8")
    title, _, text = body.decode("utf-8", "replace").strip().partition("\n")
    if not title:
        raise NewscrawlerError(f"{path}: no text; give an HTML page, or a text whose first line is the title")
    return _Subject(title, None, text, *language_of(f"{title}\n{text}", None))


def _from_web(url: str) -> _Subject:
    """Fetched as a crawl would, and kept nowhere.  Raises NewscrawlerError where it holds no article."""
    from newscrawler.cli import crawl
    from newscrawler.cli.fetching import fetch_page

    (address,), _ = crawl._addresses((url,))
    candidate = fetch_page(address)[1]
    if candidate.article is None:
        raise NewscrawlerError(f"{url}: {candidate.failure_reason}")
    return _of_article(candidate.article)


def _subject(target: str, folder: Path | None) -> _Subject:
    from newscrawler.storage.database.connect import DATABASE
    from newscrawler.urls import url_key

    if target.isdecimal() and not Path(target).exists():
        number = int(target)
        found = _from_archive(folder, number) if 0 < number < 2**63 else None
        if found is None:
            raise ArchiveError(f"there is no article {target}; `newscrawler search` shows the ids")
        return found
    if target.lower().startswith(("http://", "https://")):
        there = (options.archive_folder(folder) / DATABASE).exists()
        return (there and _from_archive(folder, url_key(target))) or _from_web(target)
    return _from_file(Path(target))


def _line(match: TermMatch, labels: dict[str, str]) -> str:
    places = " ".join(
        f"{name} {','.join(map(str, where[:8]))}{'…' if len(where) > 8 else ''}"
        for name, where in (("title", match.title), ("lead", match.lead), ("body", match.body))
        if where
    )
    return f"  {match.weight:>4g}  {labels.get(match.topic_id or '', 'counts for nothing'):<32} {match.term:<28} {places}"


def _explanation(subject: _Subject, verdict: Verdict, lexicon: Lexicon) -> list[str]:
    """The verdict, line by line."""
    limits, labels = lexicon.thresholds, {each.id: each.label for each in lexicon.topics.values()}
    against = {each.id for each in lexicon.topics.values() if each.elsewhere}
    who = f" (as says: {subject.origin})" if subject.origin else ""
    lines = [
        click.style(subject.title or "(no title)", bold=True),
        f"decision   {verdict.decision}: score {verdict.score}; keep from {limits.keep:g}, review from {limits.review:g}",
        f"scores     defence {verdict.defence}, diplomacy {verdict.diplomacy}",
        f"language   {subject.language or 'unknown'}{who}",
        f"lexicon    {verdict.lexicon}",
    ]
    if not lexicon.reads(subject.language):
        lines[3] += ", for which there is no lexicon: read with the long terms of all languages, and reviewed, not dropped"
    if subject.review:
        lines.insert(2, f"review     {subject.review}, said a person: that holds")
    lines += [f"topic      {each.label} ({each.topic_id}) {each.score}" for each in verdict.topics]
    lines += [
        f"named      {each.name} ({each.kind}) {each.count}{', main' if each.main else ''}" for each in verdict.mentions[:20]
    ]
    ours = [each for each in verdict.matches if each.weight and each.topic_id not in against]
    theirs = [each for each in verdict.matches if each.weight and each.topic_id in against]
    silent = [each for each in verdict.matches if not each.weight]
    for heading, group in (
        ("Terms that say so: weight, topic, term, numbers of the words where it stands", ours),
        ("Terms of other subjects, which speak against it", theirs),
        ("Terms that count for nothing, and cover others", silent),
    ):
        if group:
            lines += ["", heading, *(_line(each, labels) for each in group)]
    return lines if verdict.matches else [*lines, "", "No term of the lexicon stands in it."]


@click.command()
@click.argument("target", metavar="FILE|URL|ID")
@options.archive_option
@beat_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object.")
def judge(target: str, folder: Path | None, beat: str | None, as_json: bool) -> None:
    """Explain, line by line, what an article is about and whether it would be kept.

    A FILE is an HTML page, or a text whose first line is the title; an ID or a URL that the archive has is taken from
    there; any other URL is fetched as a crawl would, and not stored.
    """
    from newscrawler.relevance import judge as judge_words

    lexicon = _lexicon(beat)
    subject = _subject(target, folder)
    verdict = judge_words(subject.title, subject.lead, subject.text, lexicon, subject.language)
    if as_json:
        about = {"title": subject.title, "language": subject.language, "has_lexicon": lexicon.reads(subject.language)}
        about |= asdict(verdict)
        click.echo(json.dumps(about, ensure_ascii=False, indent=2))
        return
    click.echo("\n".join(_explanation(subject, verdict, lexicon)))


COMMANDS = [topics, judge]
