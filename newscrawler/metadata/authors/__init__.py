"""Who wrote it: credits in what a page claims and shows (`claims`, `bylines`), and who of them is believed (`believed`)."""
