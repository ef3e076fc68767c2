"""What the fake PHD2 answers about itself, its profiles, its equipment and its camera."""

from __future__ import annotations

from tests.drivers.phd2.fake_requests import INVALID, PARAMETERS, RefusalError, Requests
from tests.drivers.phd2.fake_status import AO, DURATIONS, MOUNT, SCALE


class Equipment(Requests):
    """Of profiles, equipment and the camera."""

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
        connected = {kind for kind in named if self.m.connected or (kind == "mount" and self.m.mount_alone)}
        return {kind: {"name": name, "connected": kind in connected} for kind, name in named.items() if name}

    # The camera.

    def get_exposure(self, p):
        return self.m.exposure if self.m.connected else 0

    def set_exposure(self, p):
        if not isinstance(p.get("exposure"), int):
            raise RefusalError("expected exposure param", INVALID)
        if p["exposure"] not in DURATIONS and p["exposure"] >= 0:
            raise RefusalError("could not set exposure duration")
        is_auto = p["exposure"] < 0
        wanted = self.m.exposure if is_auto else p["exposure"]
        if (wanted, is_auto) != (self.m.exposure, self.m.auto_exposure):
            self.m.exposure, self.m.auto_exposure = wanted, is_auto
            summary = "Auto (min = 1000 ms, max = 5000 ms, SNR = 6.00)" if is_auto else f"{wanted} ms"
            self.m.say("GuideParamChange", Name="Exposure", Value=summary)
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
        return dict(self.m.delay)

    def set_variable_delay_settings(self, p):
        enabled, *seconds = PARAMETERS["set_variable_delay_settings"]
        self.m.delay = {enabled: p[enabled], **{name: int(p[name]) for name in seconds}}
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
