"""The reader's desk on pages: its own, and what of it stands on others; who may write there."""
