"""Stored articles and pages gone over again, without the network: extracted or judged anew."""
