"""Benchmarks: ``python -m scripts.bench --help``. What they measure, and how, is told in docs/benchmarks.md."""
