"""How patient a client of PHD2 is, and where PHD2 listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["DEFAULT_PORT", "LAST_INSTANCE", "Options"]

DEFAULT_PORT: Final = 4400
"""Of PHD2's first instance; each further one has the next."""

LAST_INSTANCE: Final = 100
"""The highest number of an instance."""


@dataclass(frozen=True, slots=True)
class Options:
    """How patient a client is; all in seconds.

    Attributes:
        limit: For an answer; some methods take longer, see :data:`~.methods.SLOW`.
        opening: For a connection to be made, and the state to be read.
        heartbeat: After which the state is looked at again: PHD2 does not tell when its equipment is disconnected,
            and a silent one may hang.
        backoff: Between attempts to connect again; the last goes on.
        calm: After which the state is read anew, when something came that leaves it in doubt.
        window: Steps of the running RMS; not seconds.
    """

    limit: float = 15.0
    opening: float = 10.0
    heartbeat: float = 1.25
    backoff: tuple[float, ...] = (0.1, 0.2, 0.5, 1.0)
    calm: float = 0.3
    window: int = 50
