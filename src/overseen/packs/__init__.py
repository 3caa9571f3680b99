"""Shipped data: ladders, assumptions."""
