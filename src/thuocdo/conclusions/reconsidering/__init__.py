"""Results that were taken on a level which a decision replaced since: flagged, and rated again or confirmed."""
