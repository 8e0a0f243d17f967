"""The only place where things are put together: a role's name becomes a running daemon.

``running`` runs any daemon; one module a role makes it, and is the only one imported: a poller does not load a database
library, and six daemons start within seconds.
"""
