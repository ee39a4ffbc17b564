"""The addresses of the reading room, and who answers them.  What is not here is Datasette's."""

from __future__ import annotations

from typing import Any

from newscrawler.web import article, dashboard, runs, saved, schema, search, static, story
from newscrawler.web.views import as_route

# articles, stories, search
_READING: list[tuple[str, Any]] = [
    (r"^/search$", search.page),
    (r"^/search\.(?P<form>atom|feed\.json|csv|json)$", search.export),
    (r"^/search/sql$", search.sql),
    (r"^/compare$", search.compare),
    (r"^/article/(?P<id>[^/]+)$", article.page),
    (r"^/article/(?P<id>[^/]+)/diff$", article.diff),
    (r"^/article/(?P<id>[^/]+)/raw$", article.raw),
    (r"^/story/(?P<id>[^/]+)$", story.page),
]
# front page, sources, health, schema
_DESK: list[tuple[str, Any]] = [
    (r"^/$", dashboard.front_page),
    (r"^/sources$", dashboard.source_list),
    (r"^/source/(?P<id>[^/]+)$", dashboard.source),
    (r"^/health$", dashboard.health_page),
    (r"^/schema$", schema.page),
]
# who asks for what, and when: closed in a public reading room
_PRIVATE: list[tuple[str, Any]] = [
    (r"^/saved$", saved.page),
    (r"^/saved/(?P<name>.+?)(?:\.(?P<form>atom|feed\.json))?$", saved.one),
    (r"^/runs$", runs.run_list),
    (r"^/run/(?P<id>[^/]+)$", runs.run),
]

ROUTES = [
    (r"^/-/reading-room/[0-9a-f]+/(?P<name>style\.css|script\.js)$", static.serve),
    *((pattern, as_route(view)) for pattern, view in (*_READING, *_DESK)),
    *((pattern, as_route(view, private=True)) for pattern, view in _PRIVATE),
]
