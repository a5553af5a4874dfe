"""Simulates the whole system with faults, in one process, with one clock and one seed.

The services' real rules and the real processor run over fakes of Kafka and MongoDB. Each seed gives
one history: orders, commands and faults at random times, then a time without faults, then checks of
everything that `docs/guarantees.md` promises. The same seed gives the same history.

python -m tests.simulation --histories 1000     searches for violations
python -m tests.simulation --seed 17 --show     prints one history
"""
