"""Checks that run inside the poller, without a process."""
