"""The INDI language and the formats it carries (sans-I/O)."""
