"""A run of pictures: how the camera is made ready, and how each is taken, saved and measured."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lightapt_protocol.members import DefNumber
from lightapt_protocol.standard import Standard

from ..blobs import Arrival, Blob
from ..errors import ClientError
from ..files import ending_of
from ..kinds import Area, Camera, FilterWheel, FrameType
from ..kinds.camera import Upload
from ..subscriptions import Arrivals
from .choosing import if_known, watching
from .console import Bar, Console, OutputError
from .exits import CommandError, ExitCode, exit_code
from .guiding import guiding_rms
from .motions import LostError, stopping, telling_of_loss
from .naming import Pattern, Picture
from .rows import json_time
from .saving import NotSavedError, RescuedError, save
from .targets import targeted
from .wheels import filter_in, slot_of

if TYPE_CHECKING:
    from .measuring import Measure

__all__ = ["Recipe", "Session"]

_FILTERED: Final = (FrameType.LIGHT, FrameType.FLAT)
"""What is taken through a filter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What pictures to take; None where the camera stays as it is.

    Attributes:
        count: How many.
        exposure: In seconds; None for the shortest that the camera has.
        type: What they are.
        pattern: How they are called.
        delay: Seconds between two.
        target: What they show; empty if that is not said.
        gain: In the camera's units.
        offset: Likewise.
        binning: Across and down.
        frame: The part of the chip; one without width for the whole.
        temperature: Of the chip, in °C.
        measures_stars: Whether to measure the stars of lights.
    """

    count: int
    exposure: float | None
    type: FrameType
    pattern: Pattern
    delay: float = 0.0
    target: str = ""
    gain: float | None = None
    offset: float | None = None
    binning: tuple[int, int] | None = None
    frame: Area | None = None
    temperature: float | None = None
    measures_stars: bool = True


class Session:
    """A run of pictures.

    Args:
        recipe: What to take.
        camera: With what.
        wheel: What stands in front of it; None where that is not known.
        console: Where the run is told of.
        folder: Where pictures go.
        patience: Seconds that a picture may take behind its exposure; None for ever.

    Attributes:
        is_unheard: Whether the path of a picture could not be printed.
    """

    def __init__(
        self,
        recipe: Recipe,
        camera: Camera,
        wheel: FilterWheel | None,
        *,
        console: Console,
        folder: Path,
        patience: float | None,
    ) -> None:
        self._recipe = recipe
        self._camera = camera
        self._wheel = wheel
        self._console = console
        self._folder = folder
        self._patience = patience
        self._exposure = 0.0
        self._saved = 0
        self._guiding: float | None = None
        self.is_unheard = False

    async def run(self, filter: str | None) -> None:
        """Make the camera ready, and take the pictures.

        Args:
            filter: What to turn into the beam; as it is, if None.

        Raises:
            CommandError: Something failed; it tells what is saved.
        """
        try:
            await self._prepare(filter)
            async with self._sent(), targeted(self._camera, self._recipe.target, self._console):
                for number in range(1, self._recipe.count + 1):
                    await self._one(number)
        except asyncio.CancelledError:
            self._console.note(f"Stopped. {self._summary()}")
            raise
        except BrokenPipeError:
            self._console.note(f"The run ends here, as whoever read the paths has gone. {self._summary()}")
            raise
        except LostError as error:
            raise CommandError(f"{error}\n{self._summary()}", error.code) from error
        except ClientError as error:
            raise CommandError(f"{error}\n{self._summary()}", exit_code(error)) from error
        if self._recipe.count > 1:
            self._console.note(self._summary())

    def _summary(self) -> str:
        saved, count = self._saved, self._recipe.count
        if not saved:
            return "No picture was saved."
        if count == 1:
            return f"The picture is saved in {self._folder}."
        if saved == count:
            return f"All {count} pictures are saved in {self._folder}."
        return f"{saved} of {count} pictures {'is' if saved == 1 else 'are'} saved in {self._folder}."

    # Before the pictures.

    async def _prepare(self, filter: str | None) -> None:
        recipe, camera = self._recipe, self._camera
        if filter is not None and self._wheel is not None:
            await self._wheel.select(slot_of(self._wheel, filter))
        if camera.device[Standard.CCD_FRAME_TYPE].exists:
            await camera.set_frame_type(recipe.type)
        if recipe.gain is not None:
            await camera.set_gain(recipe.gain)
        if recipe.offset is not None:
            await camera.set_offset(recipe.offset)
        if recipe.binning is not None:
            await camera.set_binning(*recipe.binning)
        if recipe.frame is not None:
            await (camera.set_frame(recipe.frame) if recipe.frame.width else camera.reset_frame())
        else:
            self._note_part()
        if recipe.temperature is not None:
            await self._cool(recipe.temperature)
        self._exposure = self._shortest() if recipe.exposure is None else recipe.exposure

    def _shortest(self) -> float:
        limits = self._camera.device[Standard.CCD_EXPOSURE].now.members.get("CCD_EXPOSURE_VALUE")
        return limits.min if isinstance(limits, DefNumber) else 0.0

    def _note_part(self) -> None:
        """Say it where only a part of the chip is read because somebody else wanted that."""
        chip, frame = if_known(lambda: self._camera.chip), if_known(lambda: self._camera.frame)
        if chip and frame and (frame.width < chip.width or frame.height < chip.height):
            words = f"{frame.width} by {frame.height} pixels of {chip.width} by {chip.height} are read"
            self._console.note(f"Only {words}, as it was before; --frame full for all.")

    async def _cool(self, celsius: float) -> None:
        camera = self._camera
        temperature = camera.device[Standard.CCD_TEMPERATURE]
        begin = camera.temperature if temperature.exists else celsius
        total = max(abs(celsius - begin), 0.1)
        with self._console.progress("cooling", total=total) as bar:

            def show() -> None:
                now = camera.temperature
                bar.update(total - min(total, abs(celsius - now)), f"{now:.1f} °C, on the way to {celsius:g} °C")

            with watching(temperature, show), telling_of_loss(camera.device.client, self._console, patience=None):
                await camera.cool_to(celsius)

    @asynccontextmanager
    async def _sent(self) -> AsyncGenerator[None]:
        """Have the camera send its pictures here for as long as the block lasts, if it only keeps them."""
        camera = self._camera
        if if_known(lambda: camera.upload) is not Upload.LOCAL:
            yield
            return
        self._console.note(f"{camera.name} keeps its pictures where it is; for this run it also sends them.")
        await camera.set_upload(Upload.BOTH)
        try:
            yield
        finally:
            await camera.set_upload(Upload.LOCAL)

    # A picture.

    async def _one(self, number: int) -> None:
        if number > 1:
            await asyncio.sleep(self._recipe.delay)
        began = datetime.now(UTC)
        blob, shown = await self._exposed(number)
        is_light = self._recipe.type is FrameType.LIGHT
        self._guiding = guiding_rms(self._camera.device.client.mirror) if is_light else None
        measure = None
        try:
            measure = await asyncio.to_thread(self._measured, blob)  # a large picture takes seconds
        finally:  # it is saved whatever becomes of that, with Ctrl-C too
            self._finish(self._known(number, began, measure), blob, measure)
        shown.result()  # a fault in showing it costs no picture either

    def _finish(self, picture: Picture, blob: Blob, measure: Measure | None) -> None:
        path = self._recipe.pattern.path(picture, ending=ending_of(blob.format, otherwise=".fits"))
        self._tell(picture, blob, self._kept(blob, self._folder / path), measure)

    async def _exposed(self, number: int) -> tuple[Blob, asyncio.Task[None]]:
        """Return a picture, and what has shown how it came, which is over."""
        camera, total, of = self._camera, self._exposure, f"{number}/{self._recipe.count}"
        exposure = camera.device[Standard.CCD_EXPOSURE]
        with self._console.progress(f"{of} exposing", total=max(total, 0.001)) as bar:
            shown = _Shown(bar, camera, total=total, of=of)
            patience = None if self._patience is None else total + self._patience
            told = stopping(
                exposure,
                Standard.CCD_ABORT_EXPOSURE,
                self._console,
                patience=patience,
                doing="expose",
                lost="The picture is lost; take those that are missing when the camera is done.",
            )
            with watching(exposure, shown.exposure):
                async with told, _following(camera.device.arrivals(), shown.arrival) as following:
                    blob = await camera.expose(total, download=self._patience)
        return blob, following

    def _measured(self, blob: Blob) -> Measure | None:
        from .measuring import measure  # loads numpy

        return measure(blob, stars=self._recipe.measures_stars and self._recipe.type is FrameType.LIGHT)

    def _known(self, number: int, began: datetime, measure: Measure | None) -> Picture:
        camera, recipe = self._camera, self._recipe
        return Picture(
            began=began,
            type=recipe.type.name.lower(),
            exposure=self._exposure,
            count=number,
            camera=camera.name,
            target=recipe.target,
            filter=filter_in(self._wheel) if recipe.type in _FILTERED else "",
            hfr=measure.hfr if measure else None,
            guiding_rms=self._guiding,
            gain=if_known(lambda: camera.gain),
            offset=if_known(lambda: camera.offset),
            binning=if_known(lambda: camera.binning),
            temperature=if_known(lambda: camera.temperature),
        )

    def _kept(self, blob: Blob, path: Path) -> Path:
        """Save a picture; no task is switched to meanwhile, so that Ctrl-C comes before it or after it."""
        try:
            kept = save(blob.data, path)
        except RescuedError as error:
            others = f"\n{self._summary()}" if self._saved else ""
            raise CommandError(f"{error}{others}", ExitCode.TROUBLE) from error
        except NotSavedError as error:
            raise CommandError(f"{error}\n{self._summary()}", ExitCode.TROUBLE) from error
        self._saved += 1
        return kept

    def _tell(self, picture: Picture, blob: Blob, path: Path, measure: Measure | None) -> None:
        record = {
            "path": str(path),
            "number": picture.count,
            "of": self._recipe.count,
            "camera": picture.camera,
            "type": picture.type,
            "target": picture.target or None,
            "filter": picture.filter or None,
            "exposure": picture.exposure,
            "time": json_time(picture.began),
            "size": len(blob),
            "gain": picture.gain,
            "offset": picture.offset,
            "guiding_rms": picture.guiding_rms,
            "temperature": picture.temperature,
            **(measure.record() if measure else {}),
        }
        try:
            self._console.result(record, str(path))
        except OutputError as error:  # the night goes on
            if not self.is_unheard:
                self._console.note(f"lightapt: {error}; pictures are saved all the same")
            self.is_unheard = True
        if not self._console.is_json:
            words = [f"{picture.count} of {self._recipe.count}", f"{len(blob) / 1e6:.1f} MB"]
            self._console.note("  " + "   ".join([*words, *(measure.words() if measure else [])]))


class _Shown:
    """A picture under way, in a progress bar: its exposure, and then how much of it has come."""

    def __init__(self, bar: Bar, camera: Camera, *, total: float, of: str) -> None:
        self._bar = bar
        self._camera = camera
        self._total = total
        self._of = of
        self._has_begun = self._has_come = False

    def exposure(self) -> None:
        """Show how long it still exposes."""
        left = self._camera.exposure_left
        self._has_begun = self._has_begun or self._camera.is_exposing
        if left > 0:
            self._bar.update(self._total - left, f"{self._of} exposing, {left:.0f} s left")
        elif self._has_begun and not self._has_come:
            self._bar.update(self._total, f"{self._of} downloading")

    def arrival(self, arrival: Arrival) -> None:
        """Show how much of it has come."""
        self._has_come = True
        whole = "" if arrival.size is None else f" of {arrival.size / 1e6:.1f}"
        words = f"{self._of} downloading, {arrival.received / 1e6:.1f}{whole} MB"
        self._bar.update(arrival.received, words, total=arrival.size or arrival.received)


@asynccontextmanager
async def _following(arrivals: Arrivals, show: Callable[[Arrival], None]) -> AsyncGenerator[asyncio.Task[None]]:
    """Show how much has come of pictures, for the length of a block; yield the task, which knows what went wrong."""

    async def follow() -> None:
        async for arrival in arrivals:
            show(arrival)

    following = asyncio.create_task(follow(), name="what has come of a picture")
    try:
        yield following
    finally:
        arrivals.close()
        await asyncio.wait([following])
