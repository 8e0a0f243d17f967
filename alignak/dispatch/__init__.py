"""Who gets what: parts, order leases, the health of links, the roll-out of a configuration. Pure."""
