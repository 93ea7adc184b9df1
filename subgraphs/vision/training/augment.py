"""More handwriting from the digits there are: slants, proportions, pens and pressures that 1,797 scans don't cover.

Each variant is made the way a drawn picture reaches the model: a larger picture, warped and re-inked, then cropped to its
ink, fitted into the square and averaged down to 8 by 8.
"""

import numpy as np
from scipy import ndimage

from skeleton import skeleton

SIDE = 8
LARGE = 48
INK = 0.2  # fraction of full ink at which a sample counts as part of the digit


def augment(images: np.ndarray, copies: int, seed: int, foot: bool = False) -> np.ndarray:
    """`copies` variants of each image (0..1), variant by variant: shape (copies × N, 8, 8); with a `foot`, see there."""
    rng = np.random.default_rng(seed)
    enlarged = [add_foot(enlarge(image)) if foot else enlarge(image) for image in images]
    lines = [centre_line(picture) for picture in enlarged]
    return np.stack([variant(*sources, rng) for _ in range(copies) for sources in zip(enlarged, lines)])


def variant(picture: np.ndarray, line: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    inked = stroke(warp(picture, rng), rng) if rng.random() < 0.4 else redraw(warp(line, rng), rng)
    small = downscale(fit(crop(inked), rng))
    return np.clip(small * rng.uniform(0.6, 1.4), 0, 1)


def enlarge(image: np.ndarray) -> np.ndarray:
    """A smooth larger picture of an 8 by 8 one, with a margin around it."""
    padded = np.pad(image, 2)
    return np.clip(ndimage.zoom(padded, LARGE / padded.shape[0], order=3, grid_mode=True, mode="grid-constant"), 0, 1)


def add_foot(picture: np.ndarray) -> np.ndarray:
    """A one with a bar under it, as many people write it; few of the scanned ones have it."""
    rows, columns = np.where(picture > INK)
    bottom, middle = rows.max(), int(columns[rows >= rows.max() - 4].mean())
    reach = (bottom - rows.min()) // 3
    footed = picture.copy()
    footed[bottom - 4 : bottom + 1, middle - reach : middle + reach + 1] = 1
    return footed


def warp(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A slight rotation, slant, change of proportions, and an elastic wobble (Simard, Steinkraus and Platt 2003)."""
    angle, slant = rng.normal(0, 0.18), rng.normal(0, 0.25)
    proportion = np.exp(rng.normal(0, 0.25))
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = rotation @ np.array([[1, 0], [slant, proportion]])
    centre = (LARGE - 1) / 2
    rows, columns = np.mgrid[0:LARGE, 0:LARGE] - centre
    places = np.tensordot(matrix, np.stack([rows, columns]), axes=1) + centre
    wobble = ndimage.gaussian_filter(rng.normal(0, 1, (2, LARGE, LARGE)), (0, 6, 6)) * rng.uniform(0, 45)
    return ndimage.map_coordinates(picture, places + wobble, order=1, mode="nearest")


def stroke(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another pen: a level set of the smoothed picture, thin for a high level and bold for a low one."""
    smooth = ndimage.gaussian_filter(picture, rng.uniform(0.3, 1.5))
    level = rng.uniform(0.25, 0.85) * smooth.max()
    softness = rng.uniform(0.02, 0.15)
    return np.clip((smooth - level) / softness + 0.5, 0, 1)


def centre_line(picture: np.ndarray) -> np.ndarray:
    """Distance of every sample from the digit's centre line, in samples."""
    return ndimage.distance_transform_edt(~skeleton(picture > 0.45))


def redraw(distance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another pen: everything within its radius of the centre line, from a fine liner to a marker."""
    return np.clip(rng.uniform(0.6, 3.8) - distance + 0.5, 0, 1)


def crop(picture: np.ndarray) -> np.ndarray:
    rows, columns = np.where(picture > INK)
    return picture[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def fit(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture in the middle of a square, sometimes a little off it or with a small margin."""
    height, width = picture.shape
    side = max(height, width) + (rng.integers(0, 7) if rng.random() < 0.4 else 0)
    square = np.zeros((side, side))
    top, left = (offset(side - length, rng) for length in (height, width))
    square[top : top + height, left : left + width] = picture
    return square


def offset(room: int, rng: np.random.Generator) -> int:
    return int(np.clip(room // 2 + rng.normal(0, 1.5), 0, room))


def downscale(square: np.ndarray) -> np.ndarray:
    """The mean of each of 8 by 8 cells, cells of fractional size included."""
    weights = cells(len(square))
    return weights @ square @ weights.T


def cells(side: int) -> np.ndarray:
    edges = np.linspace(0, side, SIDE + 1)
    overlap = np.minimum(edges[1:, None], np.arange(1, side + 1)) - np.maximum(edges[:-1, None], np.arange(side))
    return np.clip(overlap, 0, None) / (side / SIDE)
