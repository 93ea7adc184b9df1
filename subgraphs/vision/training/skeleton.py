"""The centre line of a pen stroke: thinning by Zhang and Suen 1984, "A fast parallel algorithm for thinning digital patterns"."""

import numpy as np


def skeleton(picture: np.ndarray) -> np.ndarray:
    """Thins the true samples of a picture, none of them at its edge, to lines one sample wide."""
    inked = picture.copy()
    while True:
        before = inked.sum()
        for first in (True, False):
            inked &= ~removable(inked, first)
        if inked.sum() == before:
            return inked


def removable(inked: np.ndarray, first: bool) -> np.ndarray:
    around = neighbours(inked)
    north, east, south, west = around[0], around[2], around[4], around[6]
    count = np.sum(around, axis=0)
    steps = np.sum([~here & after for here, after in zip(around, around[1:] + around[:1])], axis=0)
    edges = ~(north & east & south) & ~(east & south & west)
    if not first:
        edges = ~(north & east & west) & ~(north & south & west)
    return inked & (count >= 2) & (count <= 6) & (steps == 1) & edges


def neighbours(inked: np.ndarray) -> list[np.ndarray]:
    """The eight neighbours of every sample, clockwise from the north."""
    around = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
    return [np.roll(inked, (-row, -column), axis=(0, 1)) for row, column in around]
