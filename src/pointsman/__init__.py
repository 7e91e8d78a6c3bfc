"""Pointsman: lead routing and lead workflows, explained."""

__version__ = "0.1.0"
