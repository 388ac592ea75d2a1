"""How the numbers of the search and of conversations are fitted to questions; nothing of it runs for a user."""
