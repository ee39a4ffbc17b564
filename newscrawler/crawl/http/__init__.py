"""HTTP/1.1 as a crawl asks (RFC 9110, 9112): `messages`, pure: what is sent and what comes in; `connections`: on what."""
