"""What people say of events by `newscrawler events part` and its like: a page of help for each."""

from __future__ import annotations

import click


class EventsCommand(click.Command):
    """`events`, whose first word may be a verb of its own; `--help` behind that tells of it alone."""

    def words(self) -> dict[str, click.Command]:
        """Each verb as a command, for its help."""
        return {
            name: click.Command(
                name, params=[*(click.Argument([each]) for each in arguments), *self._options(name)], help=text
            )
            for name, (arguments, text) in _WORDS.items()
        }

    def _options(self, name: str) -> list[click.Parameter]:
        wanted = {"--archive", *(("--limit", "--csv", "--json", "--nl") if name == "said" else ())}
        return [each for each in self.params if wanted.intersection(each.opts)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words, or show the page of the one that is asked for."""
        verb = self.words().get(args[0]) if args and "--help" in args else None
        if verb is not None:
            click.echo(
                verb.get_help(click.Context(verb, parent=ctx.parent, info_name=f"{ctx.info_name} {args[0]}")),
                color=ctx.color,
            )
            ctx.exit()
        return super().parse_args(ctx, args)


_WORDS = {
    "part": (
        ("id", "article"),
        """Say that an article is not of an event.

        \b
        newscrawler events part 12 345    article 345 is not of event 12

        ID is the event's number (`newscrawler events`), ARTICLE that of an article of one of its stories (`newscrawler
        show`). The article's whole story leaves the event. That is remembered and holds when events are made anew; of two
        stories the last word counts. `newscrawler events back` takes it back.
        """,
    ),
    "join": (
        ("one", "other"),
        """Say that two events are one happening.

        \b
        newscrawler events join 12 13    12 and 13 are one

        ONE and OTHER are numbers of events (`newscrawler events`), in any order: which number stays is said, and the other
        leads to it. That is remembered and holds when events are made anew. `newscrawler events back` takes it back.
        """,
    ),
    "back": (
        ("number",),
        """Take back what was said of events.

        \b
        newscrawler events said      what was said, each with its number
        newscrawler events back 3    take the third of that back

        NUMBER is that of `newscrawler events said`, not an event's. The stories are decided on as if it had never been said.
        """,
    ),
    "said": (
        (),
        """List what people said of events, by `part` and `join` and on the desk of `serve --desk`.

        \b
        newscrawler events said          its numbers are for `newscrawler events back NUMBER`
        newscrawler events said --csv    all columns, for programs
        """,
    ),
}
