"""The sky of the simulated observatory: from a place, a time and a telescope to the picture that a camera takes.

Pure computation on numpy and ERFA: no device, no INDI, no clock. :mod:`.frames` serves mounts and domes;
:mod:`.catalogue` has the stars; :mod:`.view`, :mod:`.detector` and :mod:`.conditions` say what a picture is of, and
:mod:`.render` makes it. The other modules are theirs.
"""
