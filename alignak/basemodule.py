"""The class that modules derive from."""

from alignak.compat.module import BaseModule

__all__ = ["BaseModule"]
