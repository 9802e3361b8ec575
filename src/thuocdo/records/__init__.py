"""Facts recorded about people: absences and Party facts, which enter results; observations on leaders, which do not."""
