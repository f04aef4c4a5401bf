"""Diagrams drawn on the server as SVG: positions across are percentages, so that text never shrinks."""

from __future__ import annotations
