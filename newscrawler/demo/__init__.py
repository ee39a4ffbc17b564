"""A small newspaper on localhost, and an aggregator that republishes it: demo, test server and benchmark load.

`site` makes the pages (pure: the time is an argument), `server` serves them.
"""
