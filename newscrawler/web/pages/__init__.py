"""The pages of the reading room, one file each: a request in, a page or a file out."""
