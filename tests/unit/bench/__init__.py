"""The calculations of the benchmarks; nothing is measured."""
