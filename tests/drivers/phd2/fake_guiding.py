"""What the fake PHD2 answers about guiding, calibration and algorithms."""

from __future__ import annotations

from tests.drivers.phd2.fake_requests import INVALID, RefusalError, Requests
from tests.drivers.phd2.fake_status import AO, MOUNT, CrashError

DIRECTIONS = {"n": "North", "s": "South", "e": "East", "w": "West"}


class Guiding(Requests):
    """Of guiding, calibration and algorithms."""

    # Guiding.

    def guide(self, p):
        settle = self._settle(p)
        self._roi(p)
        if not self.m.connected:
            raise RefusalError("all equipment must be connected first")
        if self.m.busy:
            raise RefusalError(f"Cannot initiate guide while {self.m.busy} is in progress")
        self.m.settle, self.m.settle_kind = settle, "guide"
        if p.get("recalibrate"):
            self.m.calibrated.clear()
            if self.m.phase == "guiding":
                self.m.phase = "looping"
        if self.m.capturing and self.m.phase == "guiding":
            self.m.begin_settling()
            return 0
        self.m.start_capturing()
        self.m.pending = settle
        if self.m.star is not None:
            self.m.begin_guiding()
        return 0

    def dither(self, p):
        if not isinstance(p.get("amount"), int | float):
            raise RefusalError("expected dither amount param", INVALID)
        settle = self._settle(p)
        if self.m.busy:
            raise RefusalError(f"Cannot initiate dither while {self.m.busy} is in progress")
        if not self.m.capturing or self.m.phase != "guiding":
            raise RefusalError("Dither error")
        self.m.settle, self.m.settle_kind = settle, "dither"
        self.m.dithers += 1
        self.m.distance = float(p["amount"])
        dx, dy = p["amount"] / 2, 0.0 if p.get("raOnly") else -p["amount"] / 2
        self.m.lock = (self.m.lock[0] + dx, self.m.lock[1] + dy)
        self.m.say("LockPositionSet", X=self.m.lock[0], Y=self.m.lock[1])
        self.m.say("GuidingDithered", dx=dx, dy=dy)
        self.m.begin_settling()
        return 0

    def set_paused(self, p):
        paused = self._flag(p, "paused", "expected bool param at index 0")
        self.m.pause((p.get("type") or "guiding") if paused else "")
        return 0

    def get_guide_output_enabled(self, p):
        return self.m.output

    def set_guide_output_enabled(self, p):
        self.m.output = self._flag(p, "enabled")
        self.m.say("GuideParamChange", Name="MountGuidingEnabled", Value=self.m.output)
        return 0

    def guide_pulse(self, p):
        direction = str(p.get("direction", ""))
        direction = DIRECTIONS.get(direction.lower(), direction)
        if direction.lower() not in ("north", "south", "east", "west", "up", "down", "left", "right"):
            raise RefusalError("expected direction param")
        which = str(p.get("which", "mount")).lower()  # of no other equipment is it asked whether it is connected
        if not (self.m.connected and self.m.has_ao if which == "ao" else self.m.connected or self.m.mount_alone):
            raise RefusalError("device not connected")
        if self.m.phase != "looping":
            raise RefusalError("cannot issue guide pulse while calibrating or guiding")
        self.m.pulses.append((p["amount"], direction, which))
        return 0

    # Calibration and algorithms.

    def get_calibration_data(self, p):
        mount = AO if str(p.get("which", "")).lower() == "ao" else MOUNT
        if not self.m.connected or mount not in self.m.mounts:
            raise RefusalError("device not connected")
        if mount not in self.m.calibrated:
            return {"calibrated": False}
        numbers = (36.4, 105.604, 128.0, 96.508) if mount == AO else (self.m.x_angle, 4.292, 105.5, 4.729)
        x = {"xAngle": numbers[0], "xRate": numbers[1], "xParity": "?"}
        y = {"yAngle": numbers[2], "yRate": numbers[3], "yParity": "?"}
        return {"calibrated": True, **x, **y, "declination": 57123.9}

    def clear_calibration(self, p):
        which = {"mount": [MOUNT], "ao": [AO], "both": [MOUNT, AO]}.get(str(p.get("which", "both")).lower())
        if which is None:
            raise RefusalError('expected param "mount", "ao", or "both"', INVALID)
        self.m.calibrated -= set(which)
        return 0

    def flip_calibration(self, p):
        if MOUNT not in self.m.calibrated:
            raise RefusalError("could not flip calibration")
        self.m.x_angle = round(self.m.x_angle + (180 if self.m.x_angle <= 0 else -180), 1)
        self.m.say("ConfigurationChange")
        self.m.say("CalibrationDataFlipped", Mount=MOUNT)
        return 0

    def _axis(self, p):
        axis = {"x": "ra", "y": "dec"}.get(p.get("axis"), p.get("axis"))
        if axis not in self.m.algo:
            raise RefusalError("expected axis name param")
        return self.m.algo[axis]

    def get_algo_param_names(self, p):
        return list(self._axis(p))

    def get_algo_param(self, p):
        if p.get("name") not in (algo := self._axis(p)):
            raise RefusalError("could not get param")
        return algo[p["name"]]

    def set_algo_param(self, p):
        algo = self._axis(p)
        if "value" not in p:
            raise CrashError("set_algo_param without a value")
        if p.get("name") not in algo:
            raise RefusalError("could not set param")
        algo[p["name"]] = p["value"]
        self.m.say("ConfigurationChange")
        return 0

    def get_dec_guide_mode(self, p):
        return self.m.dec_mode

    def set_dec_guide_mode(self, p):
        if p.get("mode") not in ("Off", "Auto", "North", "South"):
            raise RefusalError("invalid dec guide mode param")
        if p["mode"] != self.m.dec_mode:
            self.m.dec_mode = p["mode"]
            self.m.say("GuideParamChange", Name="Dec Guide Mode", Value=p["mode"])
            self.m.say("ConfigurationChange")
        return 0
