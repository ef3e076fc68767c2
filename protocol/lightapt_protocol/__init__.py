"""The INDI language and the formats it carries: framing, messages, BLOBs, numbers, the property mirror. No I/O.

Wire bytes become elements in :mod:`~lightapt_protocol.framing`; elements become messages in
:mod:`~lightapt_protocol.parser`; messages become bytes in :mod:`~lightapt_protocol.writer`. Nothing is imported here,
so that who only routes bytes does not load what only readers need.
"""
