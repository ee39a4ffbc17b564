"""Which connections verify certificates, and what they share."""

import ssl

from scrapy.settings import Settings

from newscrawler.downloads import Certificates


def test_connections_that_verify_share_a_context_and_hosts_that_opt_out_have_another():
    certificates = Certificates(Settings({"DOWNLOAD_VERIFY_CERTIFICATES": True}), frozenset({"old.example"}))
    one, two, lax = map(certificates, ("a.example", "b.example", "old.example"))
    assert one is two
    assert (one.verify_mode, one.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert (lax.verify_mode, lax.check_hostname) == (ssl.CERT_NONE, False)


def test_authorities_are_found_where_systems_keep_them(tmp_path, monkeypatch):
    """For a Python that was built elsewhere, and looks where nothing is."""
    nowhere = ssl.DefaultVerifyPaths(None, None, "SSL_CERT_FILE", "/none/cert.pem", "SSL_CERT_DIR", "/none")
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: nowhere)
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda self: None)
    asked = []
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", lambda self, path: asked.append(path))
    monkeypatch.setattr("newscrawler.downloads.AUTHORITIES", (str(tmp_path / "none"), str(tmp_path / "there")))
    (tmp_path / "there").write_text("")
    Certificates(Settings({"DOWNLOAD_VERIFY_CERTIFICATES": True}), frozenset())("a.example")
    assert asked == [str(tmp_path / "there")]
