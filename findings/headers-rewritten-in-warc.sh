#!/usr/bin/env bash
# A WARC response record holds what came over the wire, byte for byte (ISO 28500, 6.3.2).
# warcio 1.8.1 percent-encodes header values beyond ASCII as it writes: "título=1" is stored as "t%C3%ADtulo%3D1", the equals sign
# too. The record says of a server what it did not send, and a cookie's or a file's name no longer reads back.
# Seen: Set-Cookie: t%C3%ADtulo%3D1
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install -q warcio==1.8.1
cd "$folder"
"$folder/env/bin/python" - <<'PYTHON'
import gzip
from io import BytesIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

head = StatusAndHeaders("200 OK", [("Set-Cookie", "título=1")], protocol="HTTP/1.1")
out = BytesIO()
writer = WARCWriter(out, gzip=True)
writer.write_record(writer.create_warc_record("https://gazette.example/", "response", payload=BytesIO(b"x"), http_headers=head))
(line,) = [line for line in gzip.decompress(out.getvalue()).split(b"\r\n") if line.startswith(b"Set-Cookie")]
print(line.decode("ascii"))
assert line == b"Set-Cookie: t%C3%ADtulo%3D1"
PYTHON
