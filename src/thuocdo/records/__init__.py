"""Facts recorded about people that enter results: absences."""
