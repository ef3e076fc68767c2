"""The gnomonic projection: astropy finds the sky where the pixels are."""

import numpy as np
import pytest
from astropy.coordinates import SkyCoord
from astropy.io import fits
from astropy.wcs import WCS

from lightapt_protocol.fits import TangentPlane
from lightapt_protocol.fits.header import render_header

PLACE = SkyCoord(10.0, 60.0, unit="deg", frame="fk5")


def wcs_of(**options):
    plane = TangentPlane.around(10.0, 60.0, size=(101, 51), scale=2.0, **options)
    return WCS(fits.Header.fromstring(render_header((), plane.cards())))


def towards(wcs, across, up):
    """Distance in arcseconds and position angle in degrees of a pixel from the middle."""
    place = wcs.pixel_to_world(50 + across, 25 + up).transform_to("fk5")
    return PLACE.separation(place).arcsec, PLACE.position_angle(place).deg


def test_the_middle_of_the_image_is_the_place():
    assert PLACE.separation(wcs_of().pixel_to_world(50, 25).transform_to("fk5")).arcsec < 1


@pytest.mark.parametrize("rotation", [0.0, 30.0, 180.0, 275.0])
@pytest.mark.parametrize("mirrored", [False, True])
def test_up_is_at_the_position_angle_and_right_a_quarter_from_it(rotation, mirrored):
    wcs = wcs_of(rotation=rotation, mirrored=mirrored)
    distance, angle = towards(wcs, 0, 10)
    assert distance == pytest.approx(20, rel=0.05)
    assert np.cos(np.radians(angle - rotation)) == pytest.approx(1, abs=1e-3)
    distance, angle = towards(wcs, 10, 0)
    assert distance == pytest.approx(20, rel=0.05)
    assert np.cos(np.radians(angle - rotation - (90 if mirrored else -90))) == pytest.approx(1, abs=1e-3)


def test_right_ascensions_come_between_0_and_360():
    assert TangentPlane.around(-10.0, 0.0, size=(1, 1), scale=1).sky == (350.0, 0.0)


def test_at_the_pole_up_is_the_way_over_it():
    plane = TangentPlane.around(10.0, 90.0, size=(101, 51), scale=3600.0)
    wcs = WCS(fits.Header.fromstring(render_header((), plane.cards())))
    assert wcs.wcs_pix2world(50, 30, 0) == pytest.approx((190.0, 85.0), abs=0.05)
