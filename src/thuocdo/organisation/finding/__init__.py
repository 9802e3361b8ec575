"""Finding by words without marks: what every room registers, one place that keeps the words, one that asks."""
