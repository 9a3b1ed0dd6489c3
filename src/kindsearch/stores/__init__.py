"""Stores: the catalog is the one truth; the vector and keyword indexes are derived from it and can be rebuilt."""
