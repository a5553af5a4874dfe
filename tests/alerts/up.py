"""`waybill up` for a machine with much else to do, on which services take minutes to be ready."""

from ops.cli.main import main
from ops.local import supervisor

READY_WITHIN = 600.0
# Not where another `waybill up` on this machine starts to look for ports.
FIRST_PORT = 8401

if __name__ == "__main__":
    supervisor.READY_WITHIN = READY_WITHIN
    supervisor.FIRST_PORT = FIRST_PORT
    main()
