"""Modules of others: what is said between a daemon and the process that runs one, and that process."""
