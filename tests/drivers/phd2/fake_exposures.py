"""What the fake PHD2 answers about exposures, the star and the lock position."""

from __future__ import annotations

from pathlib import Path

from tests.drivers.phd2.fake_requests import INVALID, RefusalError, Requests
from tests.drivers.phd2.fake_status import STAR, CrashError


class Exposures(Requests):
    """Of exposures and the star."""

    # Exposures and the star.

    def loop(self, p):
        if not self.m.connected:
            raise RefusalError("could not start looping")
        if self.m.capturing:
            self.m.stop_guiding()
        self.m.start_capturing()
        return 0

    def stop_capture(self, p):
        self.m.pause("")  # MyFrame::StopCapturing does so before all else, whether or not exposures are made
        if self.m.capturing:
            self.m.ending = "stop"
        return 0

    def capture_single_frame(self, p):
        if not self.m.camera:
            raise CrashError("capture_single_frame without a camera")
        if self.m.capturing:
            raise RefusalError("cannot capture single frame when capture is currently active")
        if p.get("binning", 1) not in (1, 2, 3, 4):
            raise RefusalError(f"Invalid binning value ({p['binning']}). Valid choices are: 1, 2, 3, 4", INVALID)
        if not 0 <= p.get("gain", 50) <= 100:
            raise RefusalError("invalid gain value: must be between 0 and 100", INVALID)
        if "path" in p and p.get("save") is False:
            raise RefusalError("path param not allowed when save = false", INVALID)
        if "path" in p and not p["path"].startswith("/"):
            raise RefusalError("path param must be an absolute path", INVALID)
        self.m.single = p.get("path") or (self._save() if p.get("save") else "")
        self.m.say("ConfigurationChange")
        return 0

    def find_star(self, p):
        self._roi(p)
        if self.m.phase != "looping" or not self.m.capturing or not self.m.sees_star:
            raise RefusalError("could not find star")
        self.m.say("ConfigurationChange")
        self.m.select()
        return [round(one, 2) for one in self.m.star]

    def deselect_star(self, p):
        self.m.lose_lock()
        return 0

    def get_search_region(self, p):
        return 15

    def get_star_image(self, p):
        size = p.get("size", 15)
        if not isinstance(size, int) or size < 15:
            raise RefusalError("invalid image size param", INVALID)
        if self.m.star is None:
            raise RefusalError("no star selected", 2)
        return self.m.star_image(size)

    def save_image(self, p):
        if not self.m.frames_seen:
            raise RefusalError("no image available", 2)
        return {"filename": self._save()}

    def _save(self):
        if self.folder is None:
            return self.m.save_image()
        path = self.m.save_image(self.folder)
        Path(path).write_bytes(b"SIMPLE  =                    T".ljust(2880))
        return path

    def get_lock_position(self, p):
        return None if self.m.lock is None else [round(one, 2) for one in self.m.lock]

    def set_lock_position(self, p):
        if not self.m.capturing:
            raise RefusalError("could not set lock position", -32600)
        exact = p.get("exact", True)
        self.m.lock = (float(p["x"]), float(p["y"])) if exact else STAR
        self.m.star = self.m.star or STAR
        self.m.say("LockPositionSet", X=self.m.lock[0], Y=self.m.lock[1])
        return 0

    def get_lock_shift_enabled(self, p):
        return self.m.lock_shift["enabled"]

    def set_lock_shift_enabled(self, p):
        self.m.lock_shift["enabled"] = self._flag(p, "enabled")
        return 0

    def get_lock_shift_params(self, p):
        if p.get("axes"):
            raise CrashError("get_lock_shift_params in camera axes")
        return dict(self.m.lock_shift)

    def set_lock_shift_params(self, p):
        if p.get("units") not in ("arcsec/hr", "pixels/hr"):
            raise RefusalError("expected units 'arcsec/hr' or 'pixels/hr'", INVALID)
        self.m.lock_shift |= {"rate": p["rate"], "units": p["units"], "axes": p["axes"]}
        return 0
