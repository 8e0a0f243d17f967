"""What every room may use: errors, ids, clocks, codecs, secrets, bounded queues. No domain, no I/O."""
