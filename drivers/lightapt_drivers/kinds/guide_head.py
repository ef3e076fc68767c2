"""A second, smaller chip in a camera, for guiding."""

from __future__ import annotations

from functools import cached_property

from lightapt_drivers import Numbers, Standard, Switches, WhileBusy, on_new, operation

from . import chips
from .camera import Camera
from .exposures import Exposure, Picture, Sensor
from .head import Head

__all__ = ["GuideHead"]

_GROUP = "Guide Head"


class GuideHead(Camera):
    """A camera with a guide head. A driver calls :meth:`set_guide_sensor`, and fills in :meth:`take_guide_picture`."""

    guide_exposure = chips.exposure(Standard.GUIDER_EXPOSURE, group=_GROUP)
    guide_abort = chips.abort(Standard.GUIDER_ABORT_EXPOSURE, group=_GROUP)
    guide_image = chips.image(Standard.CCD2, label="Guide picture", group=_GROUP)
    guide_frame = chips.area(Standard.GUIDER_FRAME, group=_GROUP)
    guide_binning = chips.binning(Standard.GUIDER_BINNING, group=_GROUP)
    guide_frame_type = chips.frame_types(Standard.GUIDER_FRAME_TYPE, group=_GROUP)
    guide_info = chips.info(Standard.GUIDER_INFO, group=_GROUP)
    guide_compression = chips.compression(Standard.GUIDER_COMPRESSION, group=_GROUP)

    @cached_property
    def guide_head(self) -> Head:
        """The guide head's chip."""
        return Head(
            info=self.guide_info,
            exposure=self.guide_exposure,
            frame=self.guide_frame,
            binning=self.guide_binning,
            frame_type=self.guide_frame_type,
            compression=self.guide_compression,
            image=self.guide_image,
        )

    async def take_guide_picture(self, exposure: Exposure) -> Picture:
        """As :meth:`take`, with the guide head."""
        raise NotImplementedError

    @property
    def guide_sensor(self) -> Sensor:
        """What the guide head's chip is."""
        return self.guide_head.sensor

    def set_guide_sensor(self, sensor: Sensor) -> None:
        """Say what the guide head's chip is."""
        self.guide_head.fit(sensor)

    @operation(guide_exposure, while_busy=WhileBusy.REFUSE)
    async def _expose_guide_head(self, wanted: Numbers) -> None:
        await self.expose(self.guide_head, wanted.value, self.take_guide_picture)

    @on_new(guide_abort)
    async def _abort_guide_head(self, _: Switches) -> None:
        await self.cancel(self.guide_exposure)

    @on_new(guide_frame)
    async def _set_guide_frame(self, wanted: Numbers) -> None:
        self.guide_head.take_frame(wanted)
