"""Shipped data: ladders, assumptions, tag mappings."""
