"""How people write a day, as patterns whose groups are its parts; which of them is the month, `written` says."""

from __future__ import annotations

import re

from newscrawler.dates.months import NAME

# two words of Arabic are one month; a month may be named twice: "تشرين الثاني/نوفمبر"
_NAMED = (
    rf"(?P<name>{NAME}|[IVX])[.׳॰’']?(?P<more>\s[\u0600-\u06ff]{{3,7}}(?=[\s/]))?"
    rf"(?:\s?/\s?{NAME}(?:\s[\u0600-\u06ff]+)?)?"
)
_YEAR = r"(?P<year>(?:19|20)\d{2})(?:(?!\d)|(?=\d\d?(?::\d\d|\s?min)))(?!:\d)"  # 28.09.1912:44 is of the year 2019
_DAY = r"(?P<day>\d{1,2})"
_OF = r"(?i:(?:of|de|di|den|do|da|ta[’'])\s+|d[’'])?"
_NEXT_YEAR = r"(?!\.?[,،]?\s*(?:de\s+|of\s+)?(?:19|20)\d\d)"
_INNER = (
    r"(?:(?P<hour>[0-2]?\d):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?\s+(?:(?P<zone>[A-Z]{2,5}(?:[+-]\d\d:?\d\d)?)\s+)?)?"
)
_ERA = r"(?i:\.?\s?(?:m|gada|ж|жылғы|թ|-ж|г|оны)\b|\(e\)ko)?"  # what follows a year that stands first
_DAY_NAME_YEAR = (
    rf"(?<!\d){_DAY}(?:st|nd|rd|th|er|ère|º|°|ª|-?(?:го|е|ше|inci|uncu))?\s*[-/.,]?\s*{_OF}{_NAMED}\s*[-/.,،]?\s*"
    rf"(?i:(?:of|de|del|di|ค\.ศ\.)\s*)?{_YEAR}"
)
_YEAR_MONTH_DAY = rf"(?<![\d.,/-]){_YEAR}\s*[-/.年년]\s*(?P<month>\d{{1,2}})\s*[-/.月월]\s*{_DAY}(?!\d)"
_JAPANESE = r"(?P<era>令和|平成|民國|民国)\s?(?P<reign>元|\d{1,3})\s?年\s?(?P<month>\d{1,2})\s?月\s?(?P<day>\d{1,2})\s?日"
_APART = r"(?:(?<![\d.,/-])|(?<=[\u05d0-\u05ea]-))"  # Hebrew writes "on" to the number, with a hyphen
_TWO_DIGITS = (
    rf"{_APART}"
    r"(?P<one>\d{1,2})(?P<mark>\.\s?|[/-])(?P<two>\d{1,2})(?P=mark)(?P<three>\d{1,2})"
    r"(?:(?![\d.,/-]\d|\d)|(?=\d{1,2}:\d\d))"
)
# 24-Nov-26, 24 NOV 26: at an end, or before a mark or a time; "24 Nov 26 ships" is none
_SHORT_YEAR = (
    rf"(?<![\d.,/:-]){_DAY}(?P<mark_of_name>[ ./-])\s?(?P<name>{NAME})\.?(?P=mark_of_name)\s?['’]?(?P<short>\d\d)"
    r"(?=\s*(?:$|[|,;()\u00b7\u2022\u2013\u2014])|\s+(?:-\s|\d{1,2}:\d\d))"
)
# a year-first day before another one: "2026. november 20., 2026. november 16." has no "november 20., 2026"
_BEFORE_ANOTHER = (
    rf"(?=\.?[,،]?\s*(?:19|20)\d\d{_ERA}[-.,/\s]{{1,3}}"
    rf"(?:(?:{NAME}|[IVX])\.?[-.\s]+\d{{1,2}}|\d{{1,2}}[-.\s]+{NAME})(?!\w))"
)
_YEAR_NAME_DAY = rf"(?<!\d){_YEAR}{_ERA}[-.,/\s]{{1,3}}{_NAMED}[-.\s]+{_DAY}(?!\d)"
_YEAR_DAY_NAME = rf"(?<!\d){_YEAR}{_ERA}[-.,/\s]{{1,3}}{_DAY}[-.\s]+(?P<name>{NAME})"
WHOLE_YEAR_PATTERNS = (
    re.compile(f"{_YEAR_NAME_DAY}{_BEFORE_ANOTHER}"),
    re.compile(f"{_YEAR_DAY_NAME}\\.?{_BEFORE_ANOTHER}"),
    re.compile(_DAY_NAME_YEAR),
    re.compile(rf"(?P<name>{NAME})\.?\s+{_DAY}(?:st|nd|rd|th|er|\.)?(?:\s*[,،]\s*|\s+){_INNER}{_YEAR}"),
    re.compile(r"(?P<name>[^\W\d_]{3,12})\.?\s+(?P<day>[0-3]\d)(?P<year>20\d{2})(?!\d)"),  # two elements run together
    re.compile(f"{_YEAR_NAME_DAY}{_NEXT_YEAR}"),
    re.compile(f"{_YEAR_DAY_NAME}{_NEXT_YEAR}"),
    re.compile(_YEAR_MONTH_DAY),
    re.compile(rf"(?<!\d){_DAY}\s+(?i:tháng|thg\.?|th\.?)\s*(?P<month>\d{{1,2}})[\s,-]*(?i:năm\s+)?{_YEAR}"),
    re.compile(_JAPANESE),
    re.compile(rf"{_APART}(?P<one>\d{{1,2}})\s*(?P<mark>[./|-])\s*(?P<two>\d{{1,2}})\s*(?P=mark)\s*{_YEAR}"),
)
DAY_PATTERNS = (*WHOLE_YEAR_PATTERNS, re.compile(_TWO_DIGITS), re.compile(_SHORT_YEAR))  # 15.07.26 beside a year is a time
