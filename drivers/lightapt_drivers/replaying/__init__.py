"""The replay driver: plays the drivers' side of a recording, and lets any INDI client stop, step and rewind it."""
