"""What every floor may use: exact numbers, periods, working days, folded text, errors, state tables.

`thuocdo.kernel.typed`: `parse_points(text, maximum=None) -> int` (hundredths) the one written rule for numbers people
type.
"""
