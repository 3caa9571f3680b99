"""What streets and public space undergo."""
