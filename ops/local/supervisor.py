"""Starts a local system, keeps it running, and stops it in order."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress

import psutil
from aiokafka.errors import KafkaError

from ops.errors import TimedOutError, ToolError, kafka_unreachable
from ops.local import engines
from ops.local.child import Child, free_port
from ops.local.ending import still_running
from ops.local.engine_keeper import EngineKeeper
from ops.local.engines import Engines, KafkaChoice
from ops.local.health import check_all
from ops.local.home import Home, Instance, Process, Restart, State, find_settings
from ops.local.orphans import MARK, find_orphans
from ops.local.up_lock import find_supervisor
from shared.contracts.topics import PROCESSES, STARTED
from shared.runtime.kafka.topics import create_topics
from shared.runtime.settings import Settings

FIRST_PORT = 8101
READY_WITHIN = 60.0
STOP_WITHIN = 20.0
KILLED_WITHIN = 5.0


class Supervisor:
    """Runs one local system.

    scale  number of instances by service; by default one, and none of an optional service
    say    called with a sentence about each step
    """

    def __init__(
        self, home: Home, kafka: KafkaChoice, scale: Mapping[str, int], say: Callable[[str], None]
    ) -> None:
        self._home = home
        self._kafka = kafka
        self._scale = scale
        self._say = say
        self._children: list[Child] = []
        self._keeping: list[asyncio.Task[None]] = []
        self._engine_keepers: list[EngineKeeper] = []
        self._keeping_engines: list[asyncio.Task[None]] = []
        self._recorded = True

    async def start(self) -> State:
        """Starts engines and services; returns once all are ready. Raises `ToolError`."""
        await asyncio.to_thread(end, find_orphans(self._home))
        chosen = await asyncio.to_thread(
            engines.start, self._home.folder, kafka=self._kafka, say=self._say
        )
        for line in chosen.why.splitlines():
            self._say(line)
        state = State(
            supervisor=Process.me(),
            kafka=chosen.kafka,
            mongo=chosen.mongo,
            engines=chosen.why.splitlines(),
        )
        self._home.write(state)
        self._keep_engines(state, chosen)
        settings = find_settings(self._home)
        await self._create_topics(settings)
        self._spawn(state, settings)
        await self._until_ready(state.instances)
        state.ready = True
        self._home.write(state)
        return state

    async def stop(self) -> None:
        """Stops the services, which finish their batches, and then the engines."""
        for child in self._children:
            child.stop()
        if self._keeping:
            _, late = await asyncio.wait(self._keeping, timeout=STOP_WITHIN)
            for child in self._children if late else ():
                child.kill()
            for task in late:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        for keeper in self._engine_keepers:
            keeper.stop()
        if self._keeping_engines:
            await asyncio.wait(self._keeping_engines)
        await asyncio.to_thread(engines.stop, self._home.folder)
        self._home.clear()

    def stop_now(self) -> None:
        """Kills the services, for somebody who doesn't want to wait while `stop` runs.

        Nothing is lost: what they were at is done again after the next start.
        """
        for child in self._children:
            child.kill()

    def _keep_engines(self, state: State, chosen: Engines) -> None:
        for name in chosen.local:

            def changed(restart: Restart | None, name: str = name) -> None:
                state.restarts.pop(name, None)
                if restart:
                    state.restarts[name] = restart
                self._record(state)

            self._engine_keepers.append(EngineKeeper(name, chosen, changed, self._say))
        self._keeping_engines = [asyncio.create_task(k.keep()) for k in self._engine_keepers]

    def _record(self, state: State) -> None:
        """Writes the state. A full disk must not end the supervision of what runs."""
        try:
            self._home.write(state)
        except OSError as error:
            if self._recorded:
                self._say(
                    f"{self._home.folder} can't be written ({error.strerror}): until it can, "
                    "'waybill status' shows old process ids."
                )
            self._recorded = False
        else:
            self._recorded = True

    async def _create_topics(self, settings: Settings) -> None:
        try:
            created = await create_topics(settings)
        except (KafkaError, OSError) as error:
            raise kafka_unreachable(settings.kafka, error) from error
        if created:
            self._say(f"Topics   created {len(created)}")

    def _spawn(self, state: State, settings: Settings) -> None:
        state.instances = _instances(self._scale)
        environment = {
            "WAYBILL_KAFKA": state.kafka,
            **({} if "WAYBILL_MONGO_FILE" in os.environ else {"WAYBILL_MONGO": state.mongo}),
            "WAYBILL_SITE": str(settings.site.resolve()),
            # The portal listens on localhost only, without TLS.
            "WAYBILL_PORTAL_SECURE_COOKIES": "false",
            MARK: str(self._home.folder),
            "WAYBILL_PORTAL_WATCHES": ",".join(f"{i.name}={i.url}" for i in state.instances),
        }
        self._children = [
            Child(instance, environment, self._home.logs, lambda: self._record(state), self._say)
            for instance in state.instances
        ]
        self._keeping = [asyncio.create_task(child.keep()) for child in self._children]

    async def _until_ready(self, instances: list[Instance]) -> None:
        late = [instance.name for instance in instances]
        try:
            async with asyncio.timeout(READY_WITHIN):
                while late:
                    await asyncio.sleep(0.1)
                    late = [h.name for h in await check_all(instances) if not h.ready]
        except TimeoutError:
            words = "\n".join(c.log_tail() for c in self._children if c.instance.name in late)
            raise TimedOutError(
                f"Not ready within {READY_WITHIN:g} s: {', '.join(late)}.\n{words}",
                f"Full logs: {self._home.logs}",
            ) from None


def _instances(scale: Mapping[str, int]) -> list[Instance]:
    """Returns the instances to run, each with its own port."""
    instances: list[Instance] = []
    for position, service in enumerate(PROCESSES):
        usual = 1 if service in STARTED else 0
        for number in range(1, scale.get(service, usual) + 1):
            port = free_port(FIRST_PORT + position, {i.port for i in instances})
            name = service if number == 1 else f"{service}-{number}"
            instances.append(Instance(name=name, service=service, port=port))
    return instances


def end(processes: list[psutil.Process], within: float = STOP_WITHIN) -> None:
    """Terminates processes, and kills those that run on after `within` seconds."""
    for process in processes:
        with suppress(psutil.Error):
            process.terminate()
    late = still_running(processes, within)
    for process in late:
        with suppress(psutil.Error):
            process.kill()
    still_running(late, KILLED_WITHIN)


def take_down(home: Home) -> bool:
    """Stops the system of `home` from another shell; False if nothing ran. Raises `ToolError`."""
    state = home.state()
    supervisor = state.supervisor.find() if state else find_supervisor(home)
    if supervisor:
        supervisor.terminate()
        if still_running([supervisor], STOP_WITHIN * 3):
            raise ToolError(
                f"The system (process {supervisor.pid}) didn't end within {STOP_WITHIN * 3:g} s."
            )
    orphans = find_orphans(home)
    end(orphans)
    left = engines.stop(home.folder)
    home.clear()
    return bool(supervisor or orphans or left)
