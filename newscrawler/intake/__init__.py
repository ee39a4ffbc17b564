"""What others have collected, taken into an archive through the same hall as a crawl, without the network (docs/import.md).

file --kinds--> captures, told articles or addresses --worker: read and judged--> candidates --decide, apply--> the archive

Each batch is a transaction, and how far its file is stands in it (`imports`): whatever ends it, the same command goes on
there.
"""
