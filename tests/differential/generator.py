"""Scenarios from a seed: the same number gives the same scenario, always."""
from __future__ import annotations
