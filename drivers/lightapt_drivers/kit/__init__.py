"""The driver kit: declare a device as a class, and the kit does the INDI."""
