"""Every promise of docs/guarantees.md names tests, and they are there."""

import ast
import re
from pathlib import Path

import pytest
from crawling import read_cases

TESTS = Path(__file__).parent.parent
PAGE = (TESTS.parent / "docs" / "guarantees.md").read_text(encoding="utf-8")
NUMBERED = dict(re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |^\S|\Z)", PAGE, re.MULTILINE | re.DOTALL))
COVERED = {number for case in read_cases() for number in case.guarantees}


def named_in(text: str) -> list[tuple[str, str]]:
    """(file, test) wherever a text names one."""
    return re.findall(r"`([\w/]+)::(\w+)`", text)


def test_there_are_twenty_five():
    assert [*map(int, NUMBERED)] == [*range(1, 26)]


@pytest.mark.parametrize("number", NUMBERED)
def test_a_promise_names_its_tests(number):
    _, _, told = NUMBERED[number].partition("Tests: ")
    assert told, "no tests"
    assert named_in(told) or told.startswith("cases")
    assert told.startswith("cases") == (int(number) in COVERED), "cases, or none, in tests/hostile/cases"


@pytest.mark.parametrize(("file", "name"), sorted(set(named_in(PAGE))))
def test_a_test_that_is_named_is_there(file, name):
    tree = ast.parse((TESTS / f"{file}.py").read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def test_no_case_names_a_promise_that_nobody_made():
    assert {*map(str, COVERED)} <= NUMBERED.keys()
