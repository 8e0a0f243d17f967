"""The wire schema: every record that one of our daemons sends to another, typed; no message names a Python class."""
