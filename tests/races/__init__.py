"""Sends contradicting commands to the real services at random times.

Each race runs `--races` times: a few times in `make test`, a thousand times in `make races`.
"""
