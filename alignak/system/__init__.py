"""The operating system: files, journal, processes, signals, logs, clocks, statistics. No domain in it."""
