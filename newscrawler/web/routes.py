"""The addresses of the reading room, and who answers them.  What is not here is Datasette's."""

from __future__ import annotations

from typing import Any

from newscrawler.web import static
from newscrawler.web.desk import pages as desk
from newscrawler.web.desk.own import ACTIONS
from newscrawler.web.files import health_feed, search_files, today_feed
from newscrawler.web.pages import (
    article,
    changes,
    compare,
    events,
    frontpage,
    profile,
    runs,
    saved,
    schema,
    search,
    sources,
    states,
    story,
    timeline,
)
from newscrawler.web.views import WRITES, as_route

# articles, stories, search
_READING: list[tuple[str, Any]] = [
    (r"^/search$", search.page),
    (r"^/search\.(?P<form>atom|feed\.json|csv|json)$", search_files.export),
    (r"^/search/sql$", search.sql),
    (r"^/search/hit$", search.hit),
    (r"^/search/timeline(?:\.(?P<form>svg|csv))?$", timeline.page),
    (r"^/search/words(?:\.(?P<form>csv))?$", profile.page),
    (r"^/search/map\.(?P<form>svg|csv)$", profile.map_file),
    (r"^/compare(?:\.(?P<form>svg|csv))?$", compare.page),
    (r"^/article/(?P<id>[^/]+)$", article.page),
    (r"^/article/(?P<id>[^/]+)/diff$", article.diff),
    (r"^/article/(?P<id>[^/]+)/raw$", article.raw),
    (r"^/article/(?P<id>[^/]+)/at/(?P<revision>[^/]+)$", states.page),
    (r"^/story/(?P<id>[^/]+)$", story.page),
    (r"^/events(?:\.(?P<form>atom|feed\.json))?$", events.listing),
    (r"^/event/(?P<id>[^/]+?)(?:\.(?P<form>atom|feed\.json))?$", events.page),
    (r"^/(?P<kind>silent-edits|corrections|deletions)(?:\.(?P<form>atom|feed\.json))?$", changes.page),
]
# front page, sources, health, schema
_DESK: list[tuple[str, Any]] = [
    (r"^/$", frontpage.front_page),
    (r"^/today\.(?P<form>atom|feed\.json)$", today_feed.page),
    (r"^/sources$", sources.source_list),
    (r"^/source/(?P<id>[^/]+)$", sources.source),
    (r"^/health$", sources.health_page),
    (r"^/health\.(?P<form>atom|feed\.json)$", health_feed.page),
    (r"^/schema$", schema.page),
]
# the reader's own desk
_OWN: list[tuple[str, Any]] = [
    (r"^/desk$", desk.page),
    (r"^/desk/review$", desk.review),
    (r"^/desk/collection/(?P<name>.+?)(?:\.(?P<form>atom|feed\.json|csv|json))?$", desk.collection),
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
    *((pattern, as_route(view, private=True)) for pattern, view in (*_PRIVATE, *_OWN)),
    (rf"^{ACTIONS}$", as_route(desk.act, private=True, methods=WRITES)),
]
