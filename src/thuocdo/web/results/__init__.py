"""Results that follow from months: quarters, half years, years, and what hangs on them."""
