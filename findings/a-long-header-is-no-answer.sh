#!/usr/bin/env bash
# Publishers send policies and cookies of 20 kB in one header line, and browsers read them. Scrapy has DOWNLOAD_MAXSIZE for bodies and no
# setting for heads, so one would think that it reads what browsers read, or refuses with a word about the head.
# Scrapy 2.19.0 on Twisted 26.10.0 gives the connection up at a line of more than 16,384 bytes (LineReceiver.MAX_LENGTH, which the parser
# of an answer inherits): the request fails as DownloadFailedError, "Connection was closed cleanly", and
# RetryMiddleware asks twice more. A head of 100 kB in lines of 10 kB is read.
# Whom it concerns: crawlers of sites behind consent and advertising platforms; their logs blame the network.
# Seen: one line of 20,000 bytes: 3 requests and no answer; ten lines of 10,000: 1 request, status 200
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q scrapy==2.19.0 twisted==26.10.0
cd "$folder"
cat >look.py <<'PYTHON'
import http.server
import logging
import threading

import scrapy
from scrapy.crawler import CrawlerProcess

LINES = {"/one": ["p" * 20_000], "/ten": ["p" * 10_000] * 10}
asked, answers = [], {}


class Site(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        asked.append(self.path)
        self.send_response(200)
        for number, value in enumerate(LINES[self.path]):
            self.send_header(f"X-Policy-{number}", value)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()


class Spider(scrapy.Spider):
    name = "look"

    async def start(self):
        for path in LINES:
            yield scrapy.Request(f"http://127.0.0.1:{server.server_port}{path}", self.came, errback=self.failed, cb_kwargs={"path": path})

    def came(self, response, path):
        answers[path] = response.status

    def failed(self, failure):
        answers[failure.request.cb_kwargs["path"]] = f"{failure.type.__name__}: {failure.value}"


logging.disable(logging.CRITICAL)
process = CrawlerProcess({"TELNETCONSOLE_ENABLED": False, "LOG_INSTALL_ROOT_HANDLER": False})
process.crawl(Spider)
process.start()
print(answers, asked.count("/one"), asked.count("/ten"))
assert answers["/ten"] == 200 and asked.count("/ten") == 1
assert answers["/one"] != 200 and asked.count("/one") == 3
PYTHON
"$folder/env/bin/python" look.py
