"""What streets, public space, trips, places, homes and people undergo."""
