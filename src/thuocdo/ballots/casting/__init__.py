"""The casting host: takes casts without a name, holds them in memory, writes them in batches (docs/ballots.md)."""
