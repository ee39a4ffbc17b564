"""What an article says, as a vector: title, lead and first sentences in, 512 small numbers out (events.md).

article --texts.pieces--> title, opening --encoder--> two vectors --vectors.centred--> one, off its language's mean

The encoder is the extra [semantic].  Without it nothing here is needed: no article has a vector.
"""
