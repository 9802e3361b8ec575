"""Minutes of a review meeting: frozen when it is written down as held, printed, signed by hand, scanned, compared."""
