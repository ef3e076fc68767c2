"""Emulated instruments: they answer bytes as the real ones do, and behave like them in time.

An emulator does no I/O and owns no clock: ``answer(data, now)``. A :class:`~.line.Line` puts one on a pseudo-terminal
or a TCP port, for tests and for drivers that simulate, with the faults that serial lines have.
"""
