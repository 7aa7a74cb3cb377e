"""What the service is about: its data, and where it is kept."""
