"""What is wrong with an archive and where it runs, found without changing anything; `repair` mends what can be mended.

`database` looks into SQLite, `pages` into the WARC files, `surroundings` at the disk, the clock, the network's settings and
newscrawler.toml.  Nothing is asked of the network.
"""
