"""Plans in a conversation: when one begins, what is asked for it, and how it is talked about afterwards."""
