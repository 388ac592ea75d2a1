"""Starts and watches the processes that make up a running Medpath."""
