"""What the fake PHD2 answers: its 54 methods, with the words and codes of the real one."""

from __future__ import annotations

from pathlib import Path

from tests.drivers.phd2.fake_model import AO, DURATIONS, MOUNT, SCALE, STAR, CrashError
from tests.drivers.phd2.fake_requests import INVALID, PARAMETERS, RefusalError, Requests

DIRECTIONS = {"n": "North", "s": "South", "e": "East", "w": "West"}


class Methods(Requests):
    """All of them; public are no others."""

    def _need_camera(self):
        if not self.m.connected or not self.m.camera:
            raise RefusalError("camera not connected")

    def _flag(self, p, name, words=None):
        if not isinstance(p.get(name), bool):
            raise RefusalError(words or f"expected {name} boolean param", INVALID)
        return p[name]

    def _roi(self, p):
        roi = p.get("roi")
        if roi is not None and not (isinstance(roi, list) and len(roi) == 4):
            raise RefusalError("invalid ROI param", INVALID)

    def _settle(self, p):
        settle = p.get("settle")
        if not isinstance(settle, dict):
            raise RefusalError("expected settle object param", INVALID)
        if not all(isinstance(settle.get(name), int | float) for name in ("pixels", "time", "timeout")):
            raise RefusalError("invalid settle params", INVALID)
        return settle

    # The program.

    def get_app_state(self, p):
        return self.m.app_state()

    def get_connected(self, p):
        return self.m.connected

    def get_calibrated(self, p):
        return self.m.connected and all(mount in self.m.calibrated for mount in self.m.mounts)

    def get_paused(self, p):
        return bool(self.m.paused)

    def get_settling(self, p):
        return self.m.is_settling

    def get_use_subframes(self, p):
        return False

    def export_config_settings(self, p):
        return {"filename": "/home/user/.phd2/phd2_settings.txt"}

    def shutdown(self, p):
        self.m.is_over = True
        return 0

    # Profiles and equipment.

    def get_profiles(self, p):
        profiles = [{"id": number, "name": name} for number, name in self.m.profiles.items()]
        return [{**one, "selected": True} if one["id"] == self.m.profile else one for one in profiles]

    def get_profile(self, p):
        return {"id": self.m.profile, "name": self.m.profiles[self.m.profile]}

    def set_profile(self, p):
        if self.m.connected:
            raise RefusalError("cannot set profile when equipment is connected")
        if p.get("id") not in self.m.profiles:
            raise RefusalError("invalid profile id")
        if p["id"] != self.m.profile:
            self.m.change_profile(p["id"])
        return 0

    def set_connected(self, p):
        connected = self._flag(p, "connected", "expected connected boolean param")
        if self.m.capturing and connected is not self.m.connected:
            verb = "connect" if connected else "disconnect"
            raise RefusalError(f"cannot {verb} equipment while capture active")
        if connected and not self.m.camera:
            raise RefusalError("equipment failed to connect: camera")
        if connected and not self.m.connected:
            self.m.say("ConfigurationChange")
        self.m.connected = connected
        return 0

    def get_current_equipment(self, p):
        named = {"camera": self.m.camera, "mount": MOUNT, "AO": AO if self.m.has_ao else ""}
        return {kind: {"name": name, "connected": self.m.connected} for kind, name in named.items() if name}

    # The camera.

    def get_exposure(self, p):
        return self.m.exposure if self.m.connected else 0

    def set_exposure(self, p):
        if not isinstance(p.get("exposure"), int):
            raise RefusalError("expected exposure param", INVALID)
        if p["exposure"] not in DURATIONS and p["exposure"] >= 0:
            raise RefusalError("could not set exposure duration")
        if p["exposure"] != self.m.exposure:
            self.m.exposure = p["exposure"]
            self.m.say("GuideParamChange", Name="Exposure", Value=f"{p['exposure']} ms")
            self.m.say("ConfigurationChange")
        return 0

    def get_exposure_durations(self, p):
        return DURATIONS

    def get_camera_binning(self, p):
        self._need_camera()
        return 1

    def get_camera_frame_size(self, p):
        self._need_camera()
        return [1280, 1024] if self.m.frames_seen else [0, 0]

    def get_pixel_scale(self, p):
        return SCALE

    def get_limit_frame(self, p):
        return {"roi": None}

    def set_limit_frame(self, p):
        if p.get("roi") is not None:
            raise RefusalError("guide camera does not support frame limiting")
        return 0

    def get_variable_delay_settings(self, p):
        return self.m.delay

    def set_variable_delay_settings(self, p):
        self.m.delay = {name: p[name] for name in PARAMETERS["set_variable_delay_settings"]}
        self.m.say("ConfigurationChange")
        return 0

    def get_cooler_status(self, p):
        self._need_camera()
        more = {"setpoint": -10.0, "power": 40.0} if self.m.cooler_on else {}
        return {"coolerOn": self.m.cooler_on, "temperature": 15.0, **more}

    def set_cooler_state(self, p):
        self._need_camera()
        self.m.cooler_on = self._flag(p, "enabled")
        return 0

    def get_ccd_temperature(self, p):
        self._need_camera()
        return {"temperature": 15.0}

    # Exposures and the star.

    def loop(self, p):
        if not self.m.connected:
            raise RefusalError("could not start looping")
        if self.m.capturing:
            self.m.stop_guiding()
        self.m.start_capturing()
        return 0

    def stop_capture(self, p):
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
        return self.m.lock_shift

    def set_lock_shift_params(self, p):
        if p.get("units") not in ("arcsec/hr", "pixels/hr"):
            raise RefusalError("expected units 'arcsec/hr' or 'pixels/hr'", INVALID)
        self.m.lock_shift |= {"rate": p["rate"], "units": p["units"], "axes": p["axes"]}
        return 0

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
        if paused is not bool(self.m.paused):
            self.m.say("Paused" if paused else "Resumed")
        self.m.paused = (p.get("type") or "guiding") if paused else ""
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
        if not self.m.connected:
            raise RefusalError("device not connected")
        if self.m.phase != "looping":
            raise RefusalError("cannot issue guide pulse while calibrating or guiding")
        self.m.pulses.append((p["amount"], direction, str(p.get("which", "mount")).lower()))
        return 0

    # Calibration and algorithms.

    def get_calibration_data(self, p):
        mount = AO if str(p.get("which", "")).lower() == "ao" else MOUNT
        if not self.m.connected or mount not in self.m.mounts:
            raise RefusalError("device not connected")
        if mount not in self.m.calibrated:
            return {"calibrated": False}
        x = {"xAngle": -165.6, "xRate": 4.292, "xParity": "?"}
        return {"calibrated": True, **x, "yAngle": 105.5, "yRate": 4.729, "yParity": "?", "declination": 57123.9}

    def clear_calibration(self, p):
        which = {"mount": [MOUNT], "ao": [AO], "both": [MOUNT, AO]}.get(str(p.get("which", "both")).lower())
        if which is None:
            raise RefusalError('expected param "mount", "ao", or "both"', INVALID)
        self.m.calibrated -= set(which)
        return 0

    def flip_calibration(self, p):
        if MOUNT not in self.m.calibrated:
            raise RefusalError("could not flip calibration")
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
