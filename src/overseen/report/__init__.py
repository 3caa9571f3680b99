"""What a person reads: document, figures, map, tables."""
