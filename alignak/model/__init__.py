"""What a compiled configuration is: frozen records, time periods, topology, directive tables."""
