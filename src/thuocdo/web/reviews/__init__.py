"""Reviews of a round (under /kiem-diem/)."""
