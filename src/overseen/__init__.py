"""overseen turns a camera network into an accountable document."""

__version__ = "0.1.0"
