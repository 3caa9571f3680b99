"""What streets undergo."""
