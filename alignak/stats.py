"""The statistics of modules."""

from alignak.compat.tools import Stats

__all__ = ["Stats"]
