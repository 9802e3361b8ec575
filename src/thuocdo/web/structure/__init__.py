"""Pages of the tree of units: by date, duties of a unit, reorganisations."""
