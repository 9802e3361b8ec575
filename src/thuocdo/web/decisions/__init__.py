"""Publication, papers of units, deliveries and reopened sheets (quyet-dinh)."""
