"""What can go wrong, as one tree.

    NewscrawlerError
      ConfigError       newscrawler.toml is wrong: names the file and the key
      SourceError       a catalogue entry is wrong: names the file, the table and the key
      LexiconError      a file of terms is wrong: names the file and the key
      DiscoveryError    bytes are no feed, sitemap or listing
      ExtractionError   a page that was asked for has no article, or cannot be read
      ArchiveError      the archive cannot be opened, read or written
        ArchiveBusy     another process is writing it: exit code 75
      QueryError        a query is not valid SQL

Every message is one line that says what to do.  A page without an article is no error: that is a
value with its reason (`items.Decision`).
"""


class NewscrawlerError(Exception):
    """Anything that a user can mend; the command prints it as one line and exits 1."""

    exit_code = 1


class ConfigError(NewscrawlerError):
    exit_code = 2


class SourceError(NewscrawlerError):
    exit_code = 2


class LexiconError(NewscrawlerError):
    exit_code = 2


class DiscoveryError(NewscrawlerError):
    pass


class ExtractionError(NewscrawlerError):
    pass


class ArchiveError(NewscrawlerError):
    pass


class ArchiveBusy(ArchiveError):
    """EX_TEMPFAIL of sysexits.h: try again later."""

    exit_code = 75


class QueryError(NewscrawlerError):
    pass
