"""The six shells: loops that turn the world into events and decisions into acts."""
