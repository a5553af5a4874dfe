"""The notify service: wiring."""

from services.notify.decider import decider
from services.notify.mail.settings import NotifySettings
from services.notify.mail.worker import MailWorker
from shared.runtime.app import run
from shared.runtime.decider.service import Service

SERVICE = Service("notify", [decider], worker=MailWorker, settings=NotifySettings)

if __name__ == "__main__":
    run(SERVICE)
