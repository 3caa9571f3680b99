"""The command line; it only calls."""
