"""A Datasette over an archive, asked in this process: what the tests of the reading room share."""

import asyncio
import json
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # Datasette's own, at import
    from datasette.app import Datasette


class Visitor:
    """Asks a Datasette; `get` gives httpx answers."""

    def __init__(self, *files, **more):
        self._runner = asyncio.Runner()
        self.datasette = Datasette([str(file) for file in files], **more)
        self._runner.run(self.datasette.invoke_startup())

    def get(self, path, **more):
        return self._runner.run(self.datasette.client.get(path, **more))

    def gather(self, *paths):
        async def all_of_them():
            return await asyncio.gather(*(self.datasette.client.get(path) for path in paths))

        return self._runner.run(all_of_them())

    def raw(self, target, method="GET", headers=()):
        """(status, headers, body) of a request whose target no client has tidied up."""

        async def ask():
            sent = []
            path, _, query = target.partition("?")
            scope = {
                "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode("latin-1"),
                "query_string": query.encode("latin-1"), "headers": [(b"host", b"localhost"), *headers], "scheme": "http",
            }  # fmt: skip

            async def receive():
                return {"type": "http.request", "body": b"", "more_body": False}

            async def send(message):
                sent.append(message)

            await self.datasette.app()(scope, receive, send)
            body = b"".join(message.get("body", b"") for message in sent[1:])
            return sent[0]["status"], dict(sent[0]["headers"]), body

        return self._runner.run(ask())

    def rows(self, sql):
        answer = self.get("/news.json", params={"sql": sql, "_shape": "arrays"})
        return json.loads(answer.text)

    def close(self):
        for database in self.datasette.databases.values():
            database.close()
        self._runner.close()
