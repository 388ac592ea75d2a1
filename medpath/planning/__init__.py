"""Plans a person's way: from who somebody is and where he wants to go, the steps with dates, costs and sources."""
