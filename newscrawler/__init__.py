"""newscrawler: a news crawler and archive for defence and diplomacy.

`docs/architecture.md` shows the house; `newscrawler.process` is its hall.
"""

__version__ = "0.2.0.dev0"
