"""HTTP: endpoints as values, the server, the client, links between daemons, who may call what."""
