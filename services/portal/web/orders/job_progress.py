"""How far a bulk job is, in words and numbers for its page."""

from dataclasses import dataclass

from services.portal.bulk.actions import orders
from services.portal.bulk.model import DONE, Counts, Job
from services.portal.i18n import _, whole


@dataclass(frozen=True)
class Progress:
    """How far a job is."""

    job: Job
    counts: Counts

    @property
    def most(self) -> int:
        """The length of the progress bar: what is checked, or what is carried out."""
        of = self.counts.of
        return of("possible", "sent", *DONE) if self.job.confirmed else self.job.total

    @property
    def value(self) -> int:
        """How much of the progress bar is filled."""
        if self.job.confirmed:
            return self.counts.of(*DONE)
        return self.job.total - self.counts.of("unchecked")

    @property
    def summary(self) -> str:
        """The progress in a few words: "40 of 60 done"."""
        text = _("{value} of {most} done") if self.job.confirmed else _("{value} of {most} checked")
        return text.format(value=whole(self.value), most=whole(self.most))

    @property
    def tiles(self) -> list[tuple[str, str, int]]:
        """The counts to show: the state that colours each, what it counts, and the number."""
        of, done = self.counts.of, _(self.job.does.done)
        if not self.job.confirmed:
            return [
                ("possible", _("Can be {done}").format(done=done), of("possible")),
                ("impossible", _("Can't be {done}").format(done=done), of("impossible")),
                ("unchecked", _("Not checked yet"), of("unchecked")),
            ]
        partly = [("partly", _("Partly done"), of("partly"))] if self.job.does.per_shipment else []
        return [
            ("accepted", self.job.does.label_of("accepted"), of("accepted")),
            *partly,
            ("rejected", _("Rejected"), of("rejected")),
            ("unchecked", _("Still to do"), of("possible", "sent")),
            ("impossible", _("Left out by the check"), of("impossible")),
        ]

    @property
    def said(self) -> str:
        """What the job does now, and what that means for whoever reads it."""
        match self.job.phase:
            case "checking":
                return _("Checking the orders. Nothing has changed yet.")
            case "ready":
                return self._ready()
            case "running":
                return _("The job is running. You may leave this page.")
            case "stopping":
                return _("Stopping. The last results are on their way.")
            case "stopped" if self.job.revoked:
                return _(
                    "Stopped: the account {account} may no longer {what}. What is done stays done."
                ).format(account=self.job.by, what=_(self.job.does.what))
            case "stopped":
                return _("Stopped. What is done stays done.")
            case "finished":
                return _("Finished: {number} of {orders} {done}.").format(
                    number=whole(self.counts.of("accepted")),
                    orders=orders(self.job.total),
                    done=_(self.job.does.done),
                )

    def _ready(self) -> str:
        possible, done = self.counts.of("possible"), _(self.job.does.done)
        text = _("{possible} of {orders} can be {done}. Nothing has changed yet.")
        if not possible:
            text = _("None of {orders} can be {done}. Nothing has changed.")
        elif possible < self.job.total:
            text = _("{possible} of {orders} can be {done}, {rest} can't. Nothing has changed yet.")
        return text.format(
            possible=whole(possible),
            orders=orders(self.job.total),
            done=done,
            rest=whole(self.job.total - possible),
        )
