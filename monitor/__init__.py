"""Widerhall: media monitoring by example. See docs/architecture.md for the way of one article."""

__version__ = "0.1.0"
