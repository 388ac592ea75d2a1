"""What the words of a message say: encoder, topics, spelling, kinds, danger, what people tell of themselves."""
