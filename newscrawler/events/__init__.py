r"""Which stories tell of one happening, whatever their language (events.md).  Everything here is pure.

story --evidence.evidence_of--> words, names as codes, numbers, vector --window.near--> pairs with scores and reasons
                                                                     --decisions.decide--> joins, begins or follows, and why
"""
