"""The demo web behind TLS, with a certificate that nobody signed."""

import contextlib
import ssl
import tempfile
from pathlib import Path

from certificates import certificates
from conftest import NOW

from newscrawler.demo.server import DemoWeb

TRUSTING = ["--set", "DOWNLOAD_VERIFY_CERTIFICATES=False"]  # a certificate that nobody signed


@contextlib.contextmanager
def secure_web():
    """A demo web that speaks https; `web.gazette` and `web.relay` are its addresses.  `handshakes()`: so many were made."""
    web = DemoWeb(NOW)
    with tempfile.TemporaryDirectory() as folder:
        _, (_, unsigned, _) = certificates(Path(folder), ["localhost"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*unsigned)
    web.handshakes = lambda: context.session_stats()["accept_good"]
    web._server.socket = context.wrap_socket(web._server.socket, server_side=True)
    web.gazette, web.relay = (each.replace("http:", "https:") for each in (web.gazette, web.relay))
    with web:
        yield web
