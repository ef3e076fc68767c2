"""The standard kinds of devices: base classes that have INDI's standard properties, for drivers to fill in."""
