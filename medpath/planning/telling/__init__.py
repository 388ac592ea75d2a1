"""What is said with the steps: problems, remarks, costs, weak grounds."""
