"""Shipped data: ladders, assumptions, tag mappings, names of columns, spellings, thresholds."""
