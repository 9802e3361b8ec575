"""How often a process that lives long looks for rings of objects."""

import gc


def looked_for_seldom() -> None:
    """Keep what is there now for good and look for rings every 50,000 new objects, not every 700. A page and a batch
    make hundreds of thousands of objects and hardly a ring of them, while a process that serves a city keeps a quarter
    of a million: reading all of these stopped it for 0.2 s, some of it in every page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
