"""Configurations of Nagios, Naemon and Shinken, read as their programs read them and turned into one for here."""
