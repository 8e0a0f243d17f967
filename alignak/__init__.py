"""Alignak: a distributed monitoring framework, compatible with Nagios, Shinken and Alignak configurations."""

__version__ = "3.0.0.dev1"
