"""Public historical names of objects; nothing inside the package imports them."""
