"""Arrays to arrays, compiled; knows nothing but numbers."""
