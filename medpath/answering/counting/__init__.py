"""What is reckoned from the values of facts: sums of fees, years, terms and counts."""
