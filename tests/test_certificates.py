"""Which connections verify certificates, and what they share."""

from types import SimpleNamespace

from scrapy.settings import Settings

from newscrawler import downloads


def test_connections_that_verify_share_a_context_and_each_asks_for_its_own_host(monkeypatch):
    crawler = SimpleNamespace(settings=Settings({"DOWNLOAD_VERIFY_CERTIFICATES": True}))
    monkeypatch.setattr(downloads, "session_of", lambda _: SimpleNamespace(unverified=frozenset({"old.example"})))
    certificates = downloads._Certificates.from_crawler(crawler)
    certificates.crawler = crawler
    one, two, lax = (certificates.creatorForNetloc(host, 443) for host in (b"a.example", b"b.example", b"old.example"))
    protocol = SimpleNamespace(factory=SimpleNamespace(wrappedFactory=object()))
    made = [each.clientConnectionForTLS(protocol) for each in (one, two, lax)]
    assert [each.get_servername() for each in made] == [b"a.example", b"b.example", b"old.example"]
    assert made[0].get_context() is made[1].get_context()
    assert made[2].get_context() is not made[0].get_context()
    assert (one._hostnameASCII, two._hostnameASCII) == ("a.example", "b.example")  # what certificates are compared with
