"""A page as blocks of text, the regions that they stand in, and what of them is seen.  Pure; knows no article."""
