"""How each store's schema came to be, version by version."""
