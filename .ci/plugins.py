"""datasette-graphql and datasette-atom on an archive that is being written, as docs/api.md says.

.ci/plugins.py ARCHIVE API     run where both are installed
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from datasette.app import Datasette

from newscrawler.storage.archive import Archive


async def main(folder: Path, page: str) -> None:
    """Ask both; what they answer."""
    said = dict(re.findall(r"`((select url as atom_id|\{articles)[^`]*)`", page))
    feed, query = (next(each for each, begin in said.items() if begin == wanted) for wanted in said.values())
    datasette = Datasette([str(folder / "news.db")])
    await datasette.invoke_startup()
    with Archive.open(folder) as archive, archive.transaction():
        archive.db.execute("UPDATE articles SET title = 'Not committed yet'")
        for asked in (
            datasette.client.get("/graphql/news", params={"query": query}),
            datasette.client.post("/graphql/news", json={"query": query}),
        ):
            answer = await asked
            assert answer.status_code == 200, answer.text
            [first, _] = answer.json()["data"]["articles"]["nodes"]
            assert first["source_id"]["name"] in {"The Harbour Gazette", "The Daily Relay"}, first  # whoever answered first
            assert first["title"] != "Not committed yet"
        answer = await datasette.client.get("/news.atom", params={"sql": " ".join(feed.split())})
        assert (answer.status_code, answer.text.count("<entry>") > 10) == (200, True), answer.text
        assert answer.headers["content-type"].startswith("application/xml"), answer.headers
    print("datasette-graphql and datasette-atom: 200 while a writer is at work")


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]).read_text(encoding="utf-8")))
