"""The state engine: events and a ``now`` go in, decisions come out. It touches nothing of the world."""
