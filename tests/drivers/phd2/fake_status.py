"""What a fake PHD2 is and says: its settings, its equipment, and what it does at the moment."""

from __future__ import annotations

import socket

SCALE = 3.13523
FRAME_SECONDS = 0.67
DURATIONS = [10, 20, 50, 100, 200, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 6000, 7000, 8000]
DURATIONS += [9000, 10000, 15000, 30000]
STAR = (641.0, 375.0)
TOO_DARK = 20  # ms: with so short an exposure the star is lost, as in the recording
MOUNT, AO = "On Camera", "AO-Simulator"
MOUNT_STEPS = [
    ("West", [0, 1, 2], "West step {next:3}, dist={dist:4.1f}"),
    ("East", [2, 1], "East step {step:3}, dist={dist:4.1f}"),
    ("Backlash", [0], "Clearing backlash step {next}"),
    ("North", [1, 2, 3], "North step {next:3}, dist={dist:4.1f}"),
    ("South", [2, 1], "South step {step:3}, dist={dist:4.1f}"),
    ("NudgeSouth", [1], "Nudge South {step:3}"),
]
AO_STEPS = [("Left", [3, 2, 1], "Left Calibration: {step:3}"), ("Up", [3, 2, 1], "Up Calibration: {step:3}")]


class CrashError(Exception):
    """What makes the real one crash has been asked."""


class Status:
    """All that is PHD2's; `out` is what it has said, as messages."""

    def __init__(self, instance=1):
        self.out = []
        self.clock = 1795227062.59
        self.instance = instance
        self.host = socket.gethostname()
        self.profiles = {1: "Simulator", 2: "Simulator AO", 3: "No Camera"}
        self.profile = 1
        self.connected = False
        self.mount_alone = False  # the mount is connected, and nothing else
        self.exposure = 500  # ms
        self.auto_exposure = False
        self.frame_number = 0
        self.capturing = False
        self.phase = "looping"  # while it captures: looping, calibrating, guiding
        self.paused = ""
        self.star = None
        self.lock = None
        self.star_hidden = False
        self.lost = False
        self.calibrated = set()
        self.x_angle = -165.6
        self.steps = []
        self.pending = None  # a guide command that has not begun to guide
        self.settle = None
        self.settle_kind = ""
        self.single = None
        self.ending = ""
        self.frames_seen = False
        self.distance = 0.1
        self.time = 0.0
        self.dithers = 0
        self.totals = (0, 0)
        self.cooler_on = False
        self.lock_shift = {"enabled": False, "rate": [0.0, 0.0], "units": "arcsec/hr", "axes": "RA/Dec"}
        self.delay = {"Enabled": False, "ShortDelaySeconds": 1, "LongDelaySeconds": 10}
        self.dec_mode = "Auto"
        self.output = True
        self.algo = {
            "ra": {"algorithmName": "Hysteresis", "minMove": 0.2, "hysteresis": 0.1, "aggression": 0.7},
            "dec": {"algorithmName": "ResistSwitch", "minMove": 0.2, "fastSwitch": 1, "aggression": 1},
        }
        self.pulses = []
        self.saved = 0
        self.is_over = False

    # What is said.

    def say(self, event, **members):
        head = {"Event": event, "Timestamp": round(self.clock, 3), "Host": self.host, "Inst": self.instance}
        self.out.append({**head, **members})

    def take(self):
        out, self.out = self.out, []
        return out

    def greeting(self):
        """Return what a new client is told."""
        kept, self.out = self.out, []
        self.say("Version", PHDVersion="2.6.13", PHDSubver="dev8", OverlapSupport=True, MsgVersion=1)
        if self.lock:
            self.say("LockPositionSet", X=self.lock[0], Y=self.lock[1])
        if self.star:
            self.say("StarSelected", X=self.star[0], Y=self.star[1])
        for mount in sorted(self.calibrated):
            self.say("CalibrationComplete", Mount=mount)
        state = self.app_state()
        if state == "Paused":
            self.say("Paused")
        elif state == "Guiding":
            self.say("StartGuiding")
        elif state == "Calibrating":
            self.say("StartCalibration", Mount=self.guided)
        self.say("AppState", State=state)
        greeting, self.out = self.out, kept
        return greeting

    # What it is.

    @property
    def camera(self):
        return "" if self.profile == 3 else "Simulator"

    @property
    def has_ao(self):
        return self.profile == 2

    @property
    def mounts(self):
        return [AO, MOUNT] if self.has_ao else [MOUNT]

    @property
    def guided(self):
        return self.mounts[0]

    def app_state(self):
        if self.paused:  # before all else, also while no exposures are made (Guider::GetExposedState)
            return "Paused"
        if not self.capturing:
            return "Stopped"
        if self.phase == "calibrating":
            return "Calibrating"
        if self.phase == "guiding":
            return "LostLock" if self.lost else "Guiding"
        return "Selected" if self.star else "Looping"

    @property
    def is_settling(self):
        return self.settle is not None and self.phase == "guiding"

    @property
    def busy(self):
        return self.settle_kind if self.settle is not None else ""

    @property
    def sees_star(self):
        return self.exposure > TOO_DARK and not self.star_hidden

    def change_profile(self, number):
        """Take another profile; people may do so in its window, too."""
        self.profile, self.exposure, self.auto_exposure = number, 500, False
        self.calibrated.clear()
        self.say("ConfigurationChange")
        changes = {"RA Max Duration": 2500, "Dec Max Duration": 2500, "Dec Guide Mode": "Auto"} if self.camera else {}
        for name, value in {**changes, "Exposure": "500 ms", "MultiStar": "false"}.items():
            self.say("GuideParamChange", Name=name, Value=value)
