"""What messages are written by: templates of Jinja, ours or the user's own.

They run in Jinja's sandbox: they are the user's, and what they are given is of the web.  In HTML all of that is escaped;
what is not there is an error, and none of them includes another file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import FunctionLoader, StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from newscrawler.config import FILE
from newscrawler.config.alert_rules import PARTS
from newscrawler.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2 import Template

    from newscrawler.config.alert_rules import AlertRule

SUBJECT, TEXT, HTML = PARTS
BUILT_IN = {SUBJECT: "subject.txt", TEXT: "message.txt", HTML: "message.html"}
LONGEST = 1_000_000  # characters of a message
# what a template may name; `message.Message.values` gives them, and the subject itself to the two others
VARIABLES = ("name", "number", "items", "is_more", "archive", "id")


@dataclass(frozen=True, slots=True)
class Templates:
    """The three parts of a message; each is rendered with the values of one."""

    subject: Part
    text: Part
    html: Part


@dataclass(frozen=True, slots=True)
class Part:
    """One compiled template; `file` is what errors name."""

    template: Template
    file: str

    def render(self, values: Mapping[str, object]) -> str:
        """Raises ConfigError, naming file and line, for what cannot be rendered, or becomes too long."""
        written, length = [], 0
        try:
            for piece in self.template.generate(values):
                written.append(piece)
                length += len(piece)
                if length > LONGEST:
                    raise ValueError(f"more than {LONGEST:,} characters")
        except Exception as error:  # whatever a template may do
            raise _error(self.file, _line_of(error, self.file), str(error) or type(error).__name__) from error
        return "".join(written)


def built_in(part: str) -> str:
    """The source of the template that is taken where a user has none of their own."""
    return files(__package__).joinpath("built_in", BUILT_IN[part]).read_text(encoding="utf-8")


@cache
def shipped_templates() -> Templates:
    """Ours.  Raises nothing: they are templates."""
    return Templates(**{part: _compiled(part, built_in(part), BUILT_IN[part]) for part in PARTS})


def templates_of(rule: AlertRule) -> Templates:
    """Those of an alert.  Raises ConfigError, naming file and line, where one cannot be read or is no template."""
    own = shipped_templates()
    subject, text, html = own.subject, own.text, own.html
    if rule.subject is not None:
        subject = _compiled(SUBJECT, rule.subject, f"{FILE}: subject of {rule.name}")
    if rule.text is not None:
        text = _compiled(TEXT, _read(rule.text), rule.text)
    if rule.html is not None:
        html = _compiled(HTML, _read(rule.html), rule.html)
    return Templates(subject, text, html)


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 text") from error


def _compiled(part: str, source: str, file: str) -> Part:
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(lambda name: (source, file, None) if name == file else None),
        undefined=StrictUndefined,
        autoescape=part == HTML,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        tree = environment.parse(source)
        template = environment.get_template(file)
    except TemplateSyntaxError as error:
        raise _error(file, error.lineno, error.message or "no template") from error
    known = VARIABLES if part == SUBJECT else (SUBJECT, *VARIABLES)
    unknown = meta.find_undeclared_variables(tree) - set(known)
    for line, name in _named(tree, unknown):
        raise _error(file, line, f"{name!r} is no variable; known are {', '.join(known)}")
    return Part(template, file)


def _named(tree: nodes.Template, names: set[str]) -> Iterable[tuple[int, str]]:
    """Where these names are asked for, the first first; what a template sets itself is none of them."""
    loaded = (each for each in tree.find_all(nodes.Name) if each.ctx == "load")
    return sorted((each.lineno, each.name) for each in loaded if each.name in names)


def _line_of(error: Exception, file: str) -> int | None:
    """The line of the template in which it was raised: Jinja puts it into the traceback."""
    line, frame = None, error.__traceback__
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == file:
            line = frame.tb_lineno
        frame = frame.tb_next
    return line


def _error(file: str, line: int | None, what: str) -> ConfigError:
    return ConfigError(f"{file}{'' if line is None else f', line {line}'}: {' '.join(what.split())}")
