"""Every Scrapy setting that we set, and why.  `newscrawler crawl --set NAME=VALUE` overrides one for a run."""

from pathlib import Path

from scrapy.settings import default_settings

from newscrawler import config

_config = config.load(Path())


def _without(base: dict[str, int], *modules: str) -> dict[str, int]:
    """A list of Scrapy's own without some of it."""
    return {name: order for name, order in base.items() if not name.endswith(modules)}


BOT_NAME = "newscrawler"
SPIDER_MODULES = ["newscrawler.spiders.news"]  # the others are run by verbs of the command
COMMANDS_MODULE = "newscrawler.cli.scrapy_commands"  # crawl, parse and shell, where ours know better
USER_AGENT = _config.user_agent

# --- what a crawl of ours reads itself
NEWSCRAWLER_ARCHIVE = _config.archive
NEWSCRAWLER_WORKERS = _config.workers
NEWSCRAWLER_BEAT = _config.beat  # a file of terms of one's own
NEWSCRAWLER_ALLOW_NETWORKS = list(_config.allow_networks)
NEWSCRAWLER_HOST_BUDGET = _config.host_budget  # requests to one host a run, 0: any number
NEWSCRAWLER_SOURCE_BUDGET = _config.source_budget  # pages of one source a run, 0: any number
NEWSCRAWLER_RESPECT = list(_config.respect)  # rules of publishers by which nothing is kept
NEWSCRAWLER_TDMREP = _config.tdmrep  # ask each host for its tdmrep.json, once a week
NEWSCRAWLER_REVISITS = int(_config.revisits)  # known articles to look at again, of one source in one crawl
NEWSCRAWLER_EVENTS = _config.events  # whether a crawl makes vectors and events of what it brought
NEWSCRAWLER_SHUTDOWN_SECONDS = 6  # what is still under way after a Ctrl-C is left for the next crawl

# --- politeness
DOWNLOAD_DELAY = _config.delay  # seconds between two requests to a host; a robots.txt may ask for more
DOWNLOAD_DELAY_JITTER = 0.0  # the delay is a promise; Scrapy would make it half as long now and then
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CONCURRENT_REQUESTS = _config.concurrency
AUTOTHROTTLE_ENABLED = True  # a slow host is asked more slowly
AUTOTHROTTLE_START_DELAY = _config.delay
AUTOTHROTTLE_MAX_DELAY = 60.0
ROBOTSTXT_OBEY = False  # by our own gate: Scrapy's lets requests through while robots.txt is on its way
COOKIES_ENABLED = False  # we are nobody's session
REFERRER_POLICY = "no-referrer"  # where a link was found is nobody's business

# --- a hostile web
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is no
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024  # the default, 1 GiB, took 3.75 GB of memory
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30
DNS_TIMEOUT = 10
TWISTED_DNS_RESOLVER = "newscrawler.middlewares.PublicResolver"  # the address check, where it cannot be walked around
REDIRECT_MAX_TIMES = 8
METAREFRESH_ENABLED = False  # news pages reload themselves; ours follows pages that do nothing but send elsewhere
RETRY_GIVE_UP_LOG_LEVEL = "INFO"  # it is an outcome, not an error of ours
RETRY_TIMES = 1  # in this run; a link that fails in passing is tried again by later ones
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]  # not 429 and 503: who is asked to wait does not ask at once
HTTPERROR_ALLOW_ALL = True  # an error status is an outcome, and the hall decides on it

# --- doors that stay shut: both execute code
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

# --- Scrapy's rooms that we do without.  A None in our own lists would import them all the same: an HTTP client
# with the cookies, an HTTP server with the remote control, together .2 CPU seconds and 13 MB of each crawl
DOWNLOADER_MIDDLEWARES_BASE = _without(
    default_settings.DOWNLOADER_MIDDLEWARES_BASE,
    "offsite.OffsiteMiddleware",  # sources link to whatever hosts they like
    "robotstxt.RobotsTxtMiddleware",
    "httpauth.HttpAuthMiddleware",
    "cookies.CookiesMiddleware",
    "httpcompression.HttpCompressionMiddleware",  # ContentCoding is in its place
    "httpproxy.HttpProxyMiddleware",  # Proxies is in its place
    "stats.DownloaderStats",  # the archive counts, and counting an answer's bytes writes its headers once more
)
# nothing of ours needs a request's depth or its address' length, whether it is a first one, a Referer (REFERRER_POLICY), a
# look at statuses (every one is an outcome) or a warning of copied meta keys; each takes every answer through generators
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}
EXTENSIONS_BASE = _without(
    default_settings.EXTENSIONS_BASE,
    "remote_control.RemoteControl",
    "telnet.TelnetConsole",
    "feedexport.FeedExporter",  # DecisionFeeds is in its place
    "spiderstate.SpiderState",
)

# --- our rooms
DOWNLOAD_HANDLERS = {"http": "newscrawler.downloads.Downloads", "https": "newscrawler.downloads.Downloads"}
DOWNLOADER_MIDDLEWARES = {
    "newscrawler.downloads.BodyCount": 10,  # the last to see an answer
    "newscrawler.middlewares.NoDescent": 15,
    "newscrawler.middlewares.AddressGuard": 20,
    "newscrawler.middlewares.HostPatience": 90,
    "newscrawler.middlewares.RobotsGate": 100,
    "newscrawler.middlewares.Forwarding": 580,  # sees pages unpacked
    "newscrawler.middlewares.ContentCoding": 590,  # before whatever reads a body
    "newscrawler.middlewares.HostSpelling": 610,  # hears of a redirect before Scrapy follows it
    "newscrawler.downloads.Proxies": 750,
}
ITEM_PIPELINES = {"newscrawler.pipelines.HallPipeline": 100}
EXTENSIONS = {
    "newscrawler.extensions.SessionExtension": 0,
    "newscrawler.extensions.ProgressExtension": 10,
    "newscrawler.extensions.DecisionFeeds": 0,
}
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # the frontier knows each address once
LOG_FORMATTER = "newscrawler.extensions.QuietFormatter"

# --- backpressure: crawl.bodies counts by host; Scrapy's own count would let the large pages of one stop all
SCRAPER_SLOT_MAX_ACTIVE_SIZE = 200_000_000
CONCURRENT_ITEMS = 1  # a response makes one item, and Scrapy starts so many tasks for each response (default 100)
