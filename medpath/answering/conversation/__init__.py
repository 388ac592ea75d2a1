"""What a message means after those before it: the adviser, his memory, and the facts he weighs."""
