"""Commands that contradict each other, sent at random moments to the real services.

Each race is run as often as `--races` says: a few times in `make test`, a thousand by `make races`.
"""
