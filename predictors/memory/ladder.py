"""The batch sizes a benchmark falls back through when memory runs out."""


def next_rung(batch_size: int) -> int:
    """The next smaller batch of the ladder that halves powers of two in two steps: 64, 48, 32, 24, 16, 12, 8, 6, 4, 3.

    Below 1 comes 0, which means that nothing is left to try. Rule of timm's `decay_batch_step`.
    """
    if batch_size <= 1:
        return 0
    base = 1 << ((batch_size - 1).bit_length() - 1)
    step = max(base // 2, 1)
    return base + (batch_size - base - 1) // step * step


def rungs(start: int) -> list[int]:
    """All batches tried from `start` on, largest first, down to 1."""
    found = []
    batch = start
    while batch:
        found.append(batch)
        batch = next_rung(batch)
    return found


def rung_above(batch_size: int, start: int) -> int | None:
    """The batch that was tried before this one when the ladder began at `start`.

    None when this one is the first, or is not of the ladder.
    """
    for larger, smaller in zip(rungs(start), rungs(start)[1:], strict=False):
        if smaller == batch_size:
            return larger
    return None
