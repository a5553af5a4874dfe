"""A file each: its name is what `config/site.yaml` calls the provider.

It has a function `make(tell: Tell) -> Provider`.
"""
