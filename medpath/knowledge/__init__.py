"""The knowledge file: its records, how it is read and checked, and the tools of those who keep it."""
