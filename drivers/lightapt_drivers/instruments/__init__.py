"""Instruments on a serial line or a socket: the link, the protocols, the drivers, and emulators that speak them.

A protocol is a set of :class:`~.queries.Query`, without I/O, and a client that puts them over a :class:`~.link.Link`:
:mod:`~.lx200` for mounts, :mod:`~.moonlite` for focusers. The drivers beside them are what knows of INDI; they rest on
:class:`~.serial_device.SerialDevice`. The :mod:`~.emulators` answer like the instruments, and behave like them in time.
"""
