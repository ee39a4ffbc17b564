"""When it was published and changed: what a page states of its days (`claims`), and what of it is believed (`believed`)."""
