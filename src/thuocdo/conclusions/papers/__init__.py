"""Papers of an assessment: its conclusion, the order to rate again (Mẫu 03), the list of a file sent up (Mẫu 04)."""
