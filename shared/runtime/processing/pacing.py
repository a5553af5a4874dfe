"""How long a process under load waits for more records before its next batch."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pacing:
    """Larger batches cost less for each record: a stream or a document is written once a batch.

    So a process with much to do waits a moment, in which more records arrive. It never waits after
    a small batch, so that latency stays low when there is little to do, nor after a full one, which
    can't grow.

    small, full  records in a batch that is small or full
    share        the wait, as a share of the time that the batch took
    most         the longest wait in seconds
    """

    small: int
    full: int
    share: float
    most: float

    def wait(self, records: int, seconds: float) -> float:
        """Seconds to wait after a batch of so many records that took `seconds`."""
        if not self.small < records < self.full:
            return 0.0
        return min(self.most, self.share * seconds)


NO_WAIT = Pacing(small=0, full=0, share=0.0, most=0.0)
