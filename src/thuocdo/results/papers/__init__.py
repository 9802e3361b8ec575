"""Papers that the officer in charge files with a person's year (NĐ 335 Điều 24): minutes, opinions, others."""
