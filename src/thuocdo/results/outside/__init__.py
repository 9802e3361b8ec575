"""Results that came from outside the installation (NĐ 335 Điều 19 khoản 1): entered, confirmed by a second person."""
