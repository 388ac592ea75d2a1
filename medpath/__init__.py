"""Medpath: a conversational guide to medical education pathways in the United States."""
