"""Which cell of the sky a place is in: HEALPix of side 78, ring order."""

import numpy as np

__all__ = ["cell_of"]

SIDE = 78


def cell_of(ra, dec):
    """Górski et al. 2005, section 5, the other way round and written down independently of the module."""
    z, turns = np.sin(np.radians(dec)), np.mod(ra, 360) / 90
    rising, falling = SIDE * (0.5 + turns - 0.75 * z), SIDE * (0.5 + turns + 0.75 * z)
    ring = SIDE + 1 + np.floor(rising) - np.floor(falling)
    place = (np.floor(rising) + np.floor(falling) - SIDE + 1 + (1 - ring % 2)) // 2 % (4 * SIDE)
    belt = 2 * SIDE * (SIDE - 1) + (ring - 1) * 4 * SIDE + place
    part, width = turns % 1, SIDE * np.sqrt(3 * (1 - np.abs(z)))
    from_pole = np.floor(part * width) + np.floor((1 - part) * width) + 1
    across = np.floor(turns * from_pole) % (4 * from_pole)
    north = 2 * from_pole * (from_pole - 1) + across
    south = 12 * SIDE**2 - 2 * from_pole * (from_pole + 1) + across
    return np.where(np.abs(z) <= 2 / 3, belt, np.where(z > 0, north, south)).astype(int)
