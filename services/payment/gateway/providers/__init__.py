"""Payment providers, one module each; `config/site.yaml` uses the module's name.

A module has a function `make(publish_answer) -> Provider`.
"""
