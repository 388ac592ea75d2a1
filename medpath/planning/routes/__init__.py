"""Which routes lead from where a person stands to his target, and the years that they count from."""
