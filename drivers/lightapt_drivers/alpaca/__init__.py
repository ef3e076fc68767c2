"""ASCOM Alpaca devices as INDI devices: the bridge, and what it knows of each type of device."""
