"""A PHD2 without a clock and without I/O: each frame is a call. It behaves as the recordings in data/ do."""

from __future__ import annotations

import base64
import json
import struct

SCALE = 3.13523
FRAME_SECONDS = 0.65
DURATIONS = [10, 20, 50, 100, 200, 500, 1000, 1500, 2000, 2500, 3000, 3500, 4000, 4500, 5000, 6000, 7000, 8000]
DURATIONS += [9000, 10000, 15000, 30000]
STAR = (641.0, 375.0)
TOO_DARK = 20  # ms: with so short an exposure the star is lost, as in the recording
MOUNT, AO = "On Camera", "AO-Simulator"
MOUNT_STEPS = [("West", 3), ("East", 2), ("Backlash", 1), ("North", 3), ("South", 2), ("NudgeSouth", 1)]
AO_STEPS = [("Left", 3), ("Up", 3)]


class CrashError(Exception):
    """What makes the real one crash has been asked."""


class Model:
    """All that is PHD2's; `out` is what it has said, as messages."""

    def __init__(self, instance=1):
        self.out = []
        self.instance = instance
        self.profiles = {1: "Simulator", 2: "Simulator AO", 3: "No Camera"}
        self.profile = 1
        self.connected = False
        self.exposure = 500
        self.frame_number = 0
        self.capturing = False
        self.phase = "looping"  # while it captures: looping, calibrating, guiding
        self.paused = ""
        self.star = None
        self.lock = None
        self.star_hidden = False
        self.lost = False
        self.calibrated = set()
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
        head = {"Event": event, "Timestamp": 1795227062.59, "Host": "phd2-host", "Inst": self.instance}
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
        if not self.capturing:
            return "Stopped"
        if self.paused:
            return "Paused"
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
        self.profile, self.exposure = number, 500
        self.calibrated.clear()
        self.say("ConfigurationChange")
        changes = {"RA Max Duration": 2500, "Dec Max Duration": 2500, "Dec Guide Mode": "Auto"} if self.camera else {}
        for name, value in {**changes, "Exposure": "500 ms", "MultiStar": "false"}.items():
            self.say("GuideParamChange", Name=name, Value=value)

    # Frames.

    def frame(self):
        """Take a frame, if it takes any."""
        if self.single is not None:
            self._end_single()
        if self.ending:
            self._end()
            return
        if not self.capturing or self.paused:
            return
        self.frames_seen = True
        self.frame_number += 1
        self.time = round(self.time + FRAME_SECONDS, 3)
        {"looping": self._loop, "calibrating": self._calibrate, "guiding": self._guide}[self.phase]()

    def start_capturing(self):
        if not self.capturing:
            self.frame_number = 0
        self.capturing, self.ending = True, ""

    def _loop(self):
        seen = self.star is not None and self.sees_star
        if self.pending is None or seen:
            self.say("LoopingExposures", Frame=self.frame_number, **self._star())
        else:
            self.say("LoopingExposures", Frame=self.frame_number, ErrorCode=8, Status="No star selected")
        if self.star is not None and not self.sees_star:
            self.lose_lock()
            self._say_lost()
        if self.pending is None:
            return
        if self.star is None:
            if self.sees_star:
                self.select()
        else:
            self.begin_guiding()

    def _star(self):
        if self.star is None:
            return {"ErrorCode": 8, "Status": "No star selected"}
        if not self.sees_star:
            return {"ErrorCode": 4, "Status": "Star lost - low HFD"}
        return {"StarMass": 439578, "SNR": 69.46, "HFD": 2.02, "ErrorCode": 1}

    def select(self):
        """Select the star."""
        self.star = self.lock = STAR
        self.say("LockPositionSet", X=STAR[0], Y=STAR[1])
        self.say("LoopingExposures", Frame=self.frame_number, **self._star())
        self.say("StarSelected", X=STAR[0], Y=STAR[1])

    def lose_lock(self):
        if self.lock or self.star:
            self.say("LockPositionLost")
        self.star = self.lock = None

    def begin_guiding(self):
        """Go on with a guide command, once there is a star: calibrate first if need be."""
        missing = [mount for mount in self.mounts if mount not in self.calibrated]
        if missing:
            self.phase = "calibrating"
            steps = AO_STEPS if missing[0] == AO else MOUNT_STEPS
            self.steps = [(missing[0], word, step) for word, count in steps for step in range(count)]
            self.say("StartCalibration", Mount=missing[0])
            return
        if self.phase != "calibrating" and self.star:
            self.lock = self.star
            self.say("LockPositionSet", X=self.lock[0], Y=self.lock[1])
        self.phase, self.pending, self.lost = "guiding", None, False
        self.frame_number, self.time, self.distance = 0, 0.0, 0.1
        self.say("StartGuiding")
        self.begin_settling()

    def begin_settling(self):
        self.settled_for, self.settling_for, self.totals = -1.0, 0.0, (0, 0)
        self.say("SettleBegin")

    def _calibrate(self):
        if not self.sees_star:
            self._say_lost()
            return
        mount, word, step = self.steps.pop(0)
        text = f"{word} step {step + 1:3}, dist={step * 3.2:4.1f}"
        moved = {"dist": step * 3.2, "dx": -step * 3.1, "dy": -step * 0.7, "pos": [641.0 + step, 375.0]}
        self.say("Calibrating", Mount=mount, dir=word, **moved, step=step, State=text)
        if not self.steps:
            self.calibrated.add(mount)
            self.say("ConfigurationChange")
            if mount != AO:  # an AO unit's is not told
                self.say("CalibrationComplete", Mount=mount)
            self.begin_guiding()

    def _guide(self):
        self.distance = round(max(0.1, self.distance * 0.35), 3)
        step = self._guide_step
        if not self.sees_star:
            self.lost, step = True, self._say_lost
            self._settle_frame(locked=False)
            step()
            return
        self.lost = False
        self._settle_frame(locked=True)
        step()

    def _settle_frame(self, *, locked):
        if self.settle is None:
            return
        frames, dropped = self.totals
        self.totals = (frames + 1, dropped + (not locked))
        near = locked and self.distance <= self.settle["pixels"]
        self.settled_for = -1.0 if not near else (0.0 if self.settled_for < 0 else self.settled_for + FRAME_SECONDS)
        if self.settled_for >= int(self.settle["time"]):
            self.settle_done()
        elif self.settling_for >= int(self.settle["timeout"]):
            self.settle_done("timed-out waiting for guider to settle")
        else:
            time = round(max(self.settled_for, 0.0), 1)
            wanted = float(int(self.settle["time"]))
            self.say("Settling", Distance=self.distance, Time=time, SettleTime=wanted, StarLocked=locked)
        self.settling_for += FRAME_SECONDS

    def settle_done(self, error=""):
        self.settle = None
        status = {"Status": 1, "Error": error} if error else {"Status": 0}
        self.say("SettleDone", **status, TotalFrames=self.totals[0], DroppedFrames=self.totals[1])

    def _guide_step(self):
        sign = 1 if self.frame_number % 2 else -1
        ra, dec = round(self.distance * sign, 3), round(-self.distance * sign / 2, 3)
        pulse = {"RADuration": 101, "RADirection": "West"} if self.distance > 0.2 else {}
        pos = {"Pos": [18, 8]} if self.has_ao else {}
        self.say(
            "GuideStep",
            Frame=self.frame_number,
            Time=self.time,
            Mount=self.guided,
            dx=-ra,
            dy=dec,
            RADistanceRaw=ra,
            DECDistanceRaw=dec,
            RADistanceGuide=ra if pulse else 0.0,
            DECDistanceGuide=0.0,
            **pulse,
            **pos,
            StarMass=487952,
            SNR=77.36,
            HFD=2.32,
            AvgDist=self.distance,
            ErrorCode=1,
        )

    def _say_lost(self):
        zeros = {"StarMass": 0, "SNR": 0.0, "HFD": 0.0}
        words = {"ErrorCode": 3, "Status": "Star lost - low mass"}
        self.say("StarLost", Frame=self.frame_number, Time=self.time, **zeros, AvgDist=self.distance, **words)

    # Ends.

    def stop_guiding(self):
        """End guiding or calibrating; exposures go on."""
        was = self.phase
        self.phase, self.pending, self.lost, self.paused = "looping", None, False, ""
        if was == "calibrating":
            self.say("CalibrationFailed", Mount=self.guided, Reason="Calibration manually stopped")
        if was != "looping":
            self.say("GuidingStopped")
        if self.settle is not None:
            self.settle_done("Guiding stopped")
        return was

    def _end(self):
        was, self.ending = self.phase, ""
        self.stop_guiding()
        self.capturing = False
        if was == "calibrating":
            self.lose_lock()
            self.say("LoopingExposuresStopped")
        else:
            self.say("LoopingExposuresStopped")
            self.lose_lock()

    def _end_single(self):
        single, self.single = self.single, None
        self.frames_seen = True
        self.say("SingleFrameComplete", Success=True, **({"Path": single} if single else {}))
        self.say("LoopingExposuresStopped")

    # Images.

    def star_image(self, size):
        side = min(size - (size + 1) % 2, 63)
        pixels = struct.pack(f"<{side * side}H", *((row * side) % 65536 for row in range(side * side)))
        place = [side // 2 + 0.02, side // 2 - 0.08]
        words = base64.b64encode(pixels).decode()
        return {"frame": self.frame_number, "width": side, "height": side, "star_pos": place, "pixels": words}

    def save_image(self, folder="/home/user/.phd2"):
        self.saved += 1
        return f"{folder}/save_image_{self.saved:06}"


def dumps(message):
    """Return a message's line, as PHD2 sends it."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\r\n"
