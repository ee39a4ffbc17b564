"""Articles out of the archive into files of other programs (docs/export.md).

query -> ids, in the order in which they came -> WholeArticle -> a writer of FORMATS -> a file, whole or not at all
"""
