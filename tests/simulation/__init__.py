"""The whole system in one process, under one clock and one seed, while everything goes wrong.

The services' real rules and the real processor run over fakes of Kafka and MongoDB. A history is
what one seed makes of it: orders, commands and faults at random moments, then calm, then the
question whether everything is as `docs/guarantees.md` promises. The same seed is the same history.

python -m tests.simulation --histories 1000     looks for violations
python -m tests.simulation --seed 17 --tell     tells one history
"""
