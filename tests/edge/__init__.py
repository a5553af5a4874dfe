"""Tries every value that the contract accepts, in every field, at every place that shows it.

Fields and values come from the contract's classes, so new fields are covered automatically.
"""
