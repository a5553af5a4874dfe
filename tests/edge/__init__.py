"""Every value that the contract accepts, in every field, taken to every place where it is met.

The fields and their values come from the contract's classes, so a new field is covered by itself.
"""
