"""Pages of plans: the own week and month, a unit's week, grades by week, campaigns, recurring work."""
