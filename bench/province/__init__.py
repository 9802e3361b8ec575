"""A generated province on a real database: opening, following and rating its year's round."""
