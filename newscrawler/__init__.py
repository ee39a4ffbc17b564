"""newscrawler: a news crawler and archive for defence and diplomacy.

`newscrawler help architecture` shows how it is built; `newscrawler.process` is where a page becomes an article.
"""

__version__ = "0.2.0.dev0"
