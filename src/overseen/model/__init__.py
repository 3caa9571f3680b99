"""What exists: cameras, city, plan, viewing, and the one description of every table."""
