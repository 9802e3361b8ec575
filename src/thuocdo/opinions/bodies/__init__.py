"""Bodies that are asked: what they are, their forms, and who answers for them."""
