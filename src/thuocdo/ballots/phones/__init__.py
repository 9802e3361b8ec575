"""Ballots on phones, the signed-in side: who may do what, what committee and voters are shown."""
