"""Historical shapes for old clients and third-party modules."""
