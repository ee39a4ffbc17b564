"""Cells and records of CSV files that no spreadsheet takes for formulas."""

from __future__ import annotations

import re

_CSV_FIELD = re.compile(r'"[^"]*(?:""[^"]*)*"|[^,"\r\n]+')
_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@|＝＋－＠]")
_NUMBER = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*")


def defused(cell: str) -> str:
    r"""A cell of a CSV file that no spreadsheet takes for a formula (OWASP, CSV injection); numbers stay numbers.

    >>> defused('=HYPERLINK("x")'), defused("-5 degrees"), defused("-4.5"), defused("plain")
    ('\'=HYPERLINK("x")', "'-5 degrees", '-4.5', 'plain')
    """
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def defused_csv(records: str) -> str:
    r"""Whole records of a CSV file, each cell defused.

    >>> defused_csv('a,"=1+1",-2,@x\\n')
    'a,"\'=1+1",-2,\'@x\\n'
    """
    return _CSV_FIELD.sub(lambda field: _defused_field(field[0]), records)


def _defused_field(field: str) -> str:
    return f'"{defused(field[1:-1])}"' if field[:1] == '"' else defused(field)
