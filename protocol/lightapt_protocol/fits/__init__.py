"""FITS files: an image and its header → bytes, written once, and back. Needs numpy; the hub does not import it.

Sources: Definition of the Flexible Image Transport System, standard 4.0 (IAU FITS Working Group, 2018).
"""

from .cards import Card, Value, ascii_text
from .compression import encode_compressed
from .encoder import Plan, encode, plan
from .errors import CardError, ChecksumError, EncodeError, ReadError
from .header import Header
from .observation import BayerPattern, ImageType, Observation, PierSide, RowOrder, airmass
from .pixels import Pixels
from .reader import FitsImage, read, read_header
from .wcs import TangentPlane

__all__ = [
    "BayerPattern",
    "Card",
    "CardError",
    "ChecksumError",
    "EncodeError",
    "FitsImage",
    "Header",
    "ImageType",
    "Observation",
    "PierSide",
    "Pixels",
    "Plan",
    "ReadError",
    "RowOrder",
    "TangentPlane",
    "Value",
    "airmass",
    "ascii_text",
    "encode",
    "encode_compressed",
    "plan",
    "read",
    "read_header",
]
