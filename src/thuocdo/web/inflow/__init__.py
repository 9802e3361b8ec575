"""Work that flows in: sources for their officer, the inbox for whoever assigns the work."""
