"""How the service runs, and how it shows that."""

from dataclasses import dataclass
from typing import Annotated

from config import values
from config.values import Endpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What shows the operator how the service is."""

    listen: Annotated[
        tuple[Endpoint, ...], values.each(values.endpoint), "Where /livez, /readyz and /metrics are served, without a password."
    ] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """The processes that read mail; each can be killed without losing any."""

    count: Annotated[int, values.whole(0), "How many; 0 for one a processor."] = 0
    cpu_s: Annotated[int, values.whole(1), "Processor seconds for one message."] = 10
    wall_s: Annotated[float, values.seconds, "Seconds for one message."] = 30.0
    memory_bytes: Annotated[int, values.whole(67_108_864), "Address space of one process."] = 1_073_741_824
