"""Pages of those who judge and assign: evaluators, heads who answer petitions, task givers."""
