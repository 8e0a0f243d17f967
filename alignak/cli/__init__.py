"""Entry points and commands for people."""
