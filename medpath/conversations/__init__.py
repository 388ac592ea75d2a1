"""What is kept of conversations: the database, what waits to be written, and how long it stays. Knows no Rasa."""
