"""Optics, placement, isovists and coverage."""
