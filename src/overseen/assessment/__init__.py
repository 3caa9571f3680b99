"""Everything found about a plan."""
