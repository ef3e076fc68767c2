"""The drivers' wing: the kit, simulators and bridges; each driver is a program that any INDI server can start."""
