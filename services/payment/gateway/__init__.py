"""The way to payment providers: takes requests from the topic, asks, and answers by message.

The one part of this service that does I/O beside its wiring. The rules know nothing of it; they
hear answers as they hear any command. To add a provider, add a file to `providers/`.
"""
