"""External commands as modules make them."""

from alignak.compat.tools import ExternalCommand

__all__ = ["ExternalCommand"]
