"""Pauses before restarts, which grow as long as what was restarted ends again soon."""

FIRST_DELAY = 0.5
LONGEST_DELAY = 30.0
STEADY = 60.0


class Backoff:
    """The pauses of one process. After a steady run they start again from the shortest."""

    def __init__(self) -> None:
        self._next = FIRST_DELAY

    def after(self, ran: float) -> float:
        """Returns the seconds to wait, after the process ran for `ran` seconds."""
        delay = FIRST_DELAY if ran > STEADY else self._next
        self._next = min(delay * 2, LONGEST_DELAY)
        return delay
