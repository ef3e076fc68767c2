"""A dust cap with a light in it: for flats it closes, and shines into the telescope."""

from __future__ import annotations

from lightapt_drivers import RefusedError, State

from .dust_cap import DustCap
from .light_box import LightBox

__all__ = ["FlipFlat"]


class FlipFlat(DustCap, LightBox):
    """A dust cap with a light in it: it shines only when it is closed, and goes out when it opens."""

    async def check_cap_may_open(self) -> None:
        """Switch the light off before it opens."""
        if self.is_light_on:
            await self.switch_light(on=False)
            self.light_is(on=False)

    def check_light_may_shine(self) -> None:
        """Refuse to shine where nobody needs it.

        Raises:
            RefusedError: The cap is not closed.
        """
        if not self.is_cap_closed:
            what = "is moving" if self.cap_park.state is State.BUSY else "is not closed"
            raise RefusedError(f"the cap {what}: close it before you switch the light on (CAP_PARK)")
