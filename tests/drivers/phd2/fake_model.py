"""A PHD2 without a clock and without I/O: each frame is a call. It behaves as the recordings in data/ do."""

from __future__ import annotations

import base64
import json
import struct

from tests.drivers.phd2.fake_status import AO, AO_STEPS, FRAME_SECONDS, MOUNT_STEPS, STAR, CrashError, Status

__all__ = ["CrashError", "Model", "dumps"]


class Model(Status):
    """A PHD2 that takes frames."""

    # Frames.

    def frame(self):
        """Take a frame, if it takes any."""
        self.clock += FRAME_SECONDS
        if self.single is not None:
            self._end_single()
        if self.ending:
            self._end()
            return
        if not self.capturing or self.paused == "full":
            return
        self.frames_seen = True
        self.frame_number += 1
        self.time = round(self.time + FRAME_SECONDS, 3)
        if self.paused:
            return
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
            self.steps = [(missing[0], word, step, text) for word, numbers, text in steps for step in numbers]
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
        mount, word, step, text = self.steps.pop(0)
        text = text.format(step=step, next=step + 1, dist=step * 3.2)
        moved = {"dist": step * 3.2, "dx": -step * 3.1, "dy": -step * 0.7, "pos": [641.0 + step, 375.0]}
        self.say("Calibrating", Mount=mount, dir=word, **moved, step=step, State=text)
        if not self.steps:
            self.calibrated.add(mount)
            self.x_angle = -165.6
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
        corrected = (
            {"RADuration": 11, "RADirection": "Left"} if self.has_ao else {"RADuration": 101, "RADirection": "West"}
        )
        pulse = corrected if self.distance > 0.2 else {}
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

    # Pauses and ends.

    def pause(self, kind):
        """Pause, or resume: no word if nothing changes, and no other kind while it is paused (MyFrame::SetPaused)."""
        if bool(kind) is not bool(self.paused):
            self.paused = kind
            self.say("Paused" if kind else "Resumed")

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
