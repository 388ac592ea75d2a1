"""What people read: answers, cards, tables and lists composed from facts, with sources, notes and buttons."""
