"""Interfaces: each receives a KindSearch and shows it to somebody."""
