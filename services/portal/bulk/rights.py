"""Whether the starter of a job still has the right to its action."""

from services.portal.auth.accounts import Account, Accounts
from services.portal.auth.rights import may
from services.portal.bulk.model import LeasedJob
from shared.runtime.mongo.journal import raising_unavailable


class StarterRights:
    """Asks the accounts; both methods raise `Unavailable` if MongoDB can't be reached."""

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    async def known(self, name: str) -> bool:
        """Whether there is an account with this name."""
        return await self._find(name) is not None

    async def hold(self, job: LeasedJob) -> bool:
        """Whether the starter may still do this.

        Whoever has no account here was signed in by an issuer, which tells roles only then: the
        roles at the start hold.
        """
        if not job.account:
            return True
        account = await self._find(job.by)
        return account is not None and may(account.roles, job.does.command)

    async def _find(self, name: str) -> Account | None:
        with raising_unavailable():
            return await self._accounts.find(name)
