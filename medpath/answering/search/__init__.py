"""Which facts may answer a question: the index over sample questions and texts, its signals, and their weights."""
