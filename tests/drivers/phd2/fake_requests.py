"""How the fake PHD2 takes requests: JSON-RPC, with the real one's codes and words."""

from __future__ import annotations

import json

from tests.drivers.phd2.fake_model import Model

INVALID = -32602
PARAMETERS = {
    "set_profile": ["id"],
    "set_connected": ["connected"],
    "set_exposure": ["exposure"],
    "capture_single_frame": ["exposure", "binning", "gain", "subframe", "path", "save"],
    "find_star": ["roi"],
    "set_lock_position": ["x", "y", "exact"],
    "guide": ["settle", "recalibrate", "roi"],
    "dither": ["amount", "raOnly", "settle"],
    "set_paused": ["paused", "type"],
    "get_calibration_data": ["which"],
    "clear_calibration": ["which"],
    "guide_pulse": ["amount", "direction", "which"],
    "get_star_image": ["size"],
    "get_algo_param_names": ["axis"],
    "get_algo_param": ["axis", "name"],
    "set_algo_param": ["axis", "name", "value"],
    "set_dec_guide_mode": ["mode"],
    "set_guide_output_enabled": ["enabled"],
    "set_lock_shift_params": ["rate", "units", "axes"],
    "get_lock_shift_params": ["axes"],
    "set_lock_shift_enabled": ["enabled"],
    "set_variable_delay_settings": ["Enabled", "ShortDelaySeconds", "LongDelaySeconds"],
    "set_limit_frame": ["roi"],
    "set_cooler_state": ["enabled"],
}


class RefusalError(Exception):
    def __init__(self, words, code=1):
        super().__init__(words)
        self.words, self.code = words, code


class Requests:
    """Answers requests; the events that they cause are said before."""

    def __init__(self, model: Model):
        self.m = model
        self.folder = None

    # JSON-RPC.

    def line(self, line: bytes):
        """Return the replies to a line, in order; none to what has no id."""
        if len(line.rstrip(b"\r\n")) > 1023:
            return [self._error(None, -32603, "too big")]
        try:
            request = json.loads(line)
        except ValueError:
            return [self._error(None, -32700, 'invalid JSON request: syntax error on line 1 at "..."')]
        if isinstance(request, list):
            replies = [reply for one in request if (reply := self.request(one)) is not None]
            return [replies] if replies else []
        reply = self.request(request)
        return [] if reply is None else [reply]

    def request(self, request):
        """Return the reply to a request; None to what has no id."""
        if not isinstance(request, dict) or not isinstance(request.get("method"), str):
            return self._error(None, -32600, "invalid request - missing method")
        number, method, params = request.get("id"), request["method"], request.get("params", {})
        if not isinstance(params, list | dict):
            return self._error(None, -32600, "invalid request - params must be an array or object")
        if number is not None and method not in self.names:
            return self._error(number, -32601, "method not found")
        if method not in self.names:
            return None
        try:
            result = getattr(self, method)(self._named(method, params))
        except RefusalError as refusal:
            return None if number is None else self._error(number, refusal.code, refusal.words)
        return None if number is None else {"jsonrpc": "2.0", "result": result, "id": number}

    @property
    def names(self):
        """The methods' names: all that is public, and not of this class."""
        return [name for name in dir(type(self)) if name[0] != "_" and name not in vars(Requests)]

    def _named(self, method, params):
        if isinstance(params, dict):
            return params
        if method == "set_lock_shift_params" and params and isinstance(params[0], dict):
            return params[0]
        return dict(zip(PARAMETERS.get(method, []), params, strict=False))

    def _error(self, number, code, words):
        return {"jsonrpc": "2.0", "error": {"code": code, "message": words}, "id": number}

    # What methods look at.

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
