"""In-process checks that stand in for well-known plugins: same words, same exit codes, same first lines."""
