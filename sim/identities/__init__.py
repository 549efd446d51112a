"""Accounting identities: what has to hold in every quarter, by subject."""
