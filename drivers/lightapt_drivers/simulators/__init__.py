"""The simulated observatory: one executable module a device, and the pure models beside them."""
