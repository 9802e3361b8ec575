"""Conclusions (under /ket-luan/) and who decides for whom (/phan-cap/)."""
