"""An account under change: each event that is decided counts for the next one."""

from copy import deepcopy

from services.payment.balance import paid_status_events
from services.payment.evolution import evolve
from services.payment.state import Account
from shared.contracts import Message


class AccountBook:
    """An account with the events that one decision adds to it.

    `happened` has the events in order. The account that it was made from doesn't change.
    """

    def __init__(self, account: Account) -> None:
        self.account = deepcopy(account)
        self.happened: list[Message] = []

    @property
    def waits(self) -> bool:
        """Whether a provider's answer is pending."""
        return next(self.account.pending, None) is not None

    def note(self, *events: Message) -> None:
        """Applies events and collects them."""
        for event in events:
            evolve(self.account, event)
            self.happened.append(event)

    def note_paid_status(self) -> None:
        """Notes whether the order has become paid in full, or no longer is."""
        self.note(*paid_status_events(self.account, self.account.sums.paid))
