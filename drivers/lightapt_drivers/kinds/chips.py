"""Declarations of a chip's properties: the main one's and a guide head's differ in their names only."""

from __future__ import annotations

from lightapt_drivers import (
    BlobVector,
    ButtonVector,
    CountdownVector,
    DefBlob,
    DefNumber,
    NumberVector,
    Permission,
    Standard,
    SwitchVector,
)

__all__ = ["IMAGE", "IMAGE_INFO", "abort", "area", "binning", "compression", "exposure", "frame_types", "image", "info"]

IMAGE = "Image Settings"
IMAGE_INFO = "Image Info"

LONGEST = 7200.0
"""Seconds that an exposure may take, where the camera does not say."""


def exposure(name: Standard, *, group: str) -> CountdownVector:
    """Declare what starts an exposure."""
    number = DefNumber(name.members[0], 1.0, label="Duration (s)", format="%5.3f", min=0.0, max=LONGEST)
    return CountdownVector(name, number, label="Expose", group=group, timeout=LONGEST)


def abort(name: Standard, *, group: str) -> ButtonVector:
    """Declare what ends an exposure."""
    return ButtonVector.standard_buttons(name, "Abort", label="Abort", group=group)


def area(name: Standard, *, group: str) -> NumberVector:
    """Declare the part of the chip that is read; the numbers are filled in when the chip is known."""
    labels = ("Left", "Top", "Width", "Height")
    members = [
        DefNumber(member, 0, label=label, format="%.0f", step=1)
        for member, label in zip(name.members, labels, strict=True)
    ]
    return NumberVector(name, *members, label="Frame", group=group)


def binning(name: Standard, *, group: str) -> NumberVector:
    """Declare how many pixels become one."""
    members = [
        DefNumber(member, 1, label=label, format="%.0f", min=1, max=4, step=1)
        for member, label in zip(name.members, ("Across", "Down"), strict=True)
    ]
    return NumberVector(name, *members, label="Binning", group=group)


def info(name: Standard, *, group: str) -> NumberVector:
    """Declare what the chip is; the numbers are filled in when it is known. Clients read them by index."""
    labels = (
        "Width (pixels)",
        "Height (pixels)",
        "Pixel size (µm)",
        "Pixel width (µm)",
        "Pixel height (µm)",
        "Bits a pixel",
    )
    members = [
        DefNumber(member, 0, label=label, format="%.2f" if "PIXEL_SIZE" in member else "%.0f")
        for member, label in zip(name.members, labels, strict=True)
    ]
    return NumberVector(name, *members, label="Chip", group=group, perm=Permission.READ_ONLY)


def frame_types(name: Standard, *, group: str) -> SwitchVector:
    """Declare what the exposure is for."""
    return SwitchVector.standard(
        name, "Light", "Bias", "Dark", "Flat", on="FRAME_LIGHT", label="Frame type", group=group
    )


def compression(name: Standard, *, group: str) -> SwitchVector:
    """Declare whether pictures are compressed."""
    return SwitchVector.standard(
        name, "Compress", "Raw", on="INDI_DISABLED", label="Compression", group=group, saved=True
    )


def image(name: Standard, *, label: str, group: str) -> BlobVector:
    """Declare the BLOB in which pictures travel."""
    return BlobVector(name, DefBlob(name.members[0], label=label), label=label, group=group, timeout=LONGEST)
