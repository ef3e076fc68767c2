"""The hub: routes the INDI protocol between many clients, drivers and other hubs."""
