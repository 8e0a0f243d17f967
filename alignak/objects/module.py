"""The section of a module as the module gets it."""

from alignak.compat.module import Module

__all__ = ["Module"]
