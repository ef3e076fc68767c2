"""The state that is followed from events is what PHD2 says when it is asked; no settle is waited for in vain."""

from dataclasses import replace

import pytest

from lightapt_drivers.phd2 import events as ev
from lightapt_drivers.phd2.state import Busy, StateFollower
from lightapt_drivers.phd2.words import AppState, DecGuideMode, PauseKind, Position
from tests.drivers.phd2.recordings import NAMES, PLAIN, WITH_AO, exchanges, greetings, heard


def follow(messages, follower=None):
    follower = follower or StateFollower()
    for message in messages:
        if isinstance(message, dict) and "Event" in message:
            follower.apply(ev.parse_event(message))
    return follower


def event(name, **members):
    return {"Event": name, **members}


@pytest.mark.parametrize("name", NAMES)
def test_it_is_what_phd2_said_whenever_it_was_asked(name):
    follower, asked = StateFollower(), 0
    for exchange in exchanges(name):
        method = exchange.request.get("method") if isinstance(exchange.request, dict) else None
        for message in exchange.answers:
            if "Event" in message:
                follower.apply(ev.parse_event(message))
            elif isinstance(message, dict) and "result" in message:
                asked += compare(method, message["result"], follower.state)
    assert asked >= (19 if name == PLAIN else 0)


def compare(method, result, state):
    match method:
        case "get_app_state":
            assert state.app is AppState(result)
        case "get_paused":
            assert (state.paused is not PauseKind.NONE) is result
        case "get_settling":
            assert (state.busy is not None) is result
        case "get_lock_position":
            place = state.lock_position
            assert (None if place is None else [round(place.x, 2), round(place.y, 2)]) == result
        case _:
            return 0
    return 1


@pytest.mark.parametrize(("name", "version"), [(PLAIN, "2.6.13dev8"), (WITH_AO, "2.6.13dev8")])
def test_recordings_end_in_the_right_state(name, version):
    state = follow(heard(name)).state
    assert (state.app, state.busy, state.paused) == (AppState.STOPPED, None, PauseKind.NONE)
    assert (state.version, state.instance) == (version, 1 if name == PLAIN else 3)
    assert (state.lock_position, state.has_star, state.calibration) == (None, False, None)
    assert state.settled.is_settled is (name == WITH_AO)
    assert state.rms.steps == len(steps_since_settled(heard(name)))
    assert state.rms.ra > 0


def steps_since_settled(messages):
    """Return the guide steps since guiding last began that were not made while settling."""
    steps, settling = [], False
    for name in (message["Event"] for message in messages if isinstance(message, dict) and "Event" in message):
        settling = name == "SettleBegin" or (settling and name != "SettleDone")
        steps = [] if name == "StartGuiding" else steps + [name] * (name == "GuideStep" and not settling)
    return steps


def test_the_calibration_that_was_stopped_last_says_why_it_failed():
    assert follow(heard(PLAIN)).state.calibration_error == "Calibration manually stopped"


@pytest.mark.parametrize(
    ("number", "app", "paused"),
    [
        (0, AppState.GUIDING, PauseKind.NONE),
        (1, AppState.PAUSED, PauseKind.GUIDING),
        (2, AppState.LOST_LOCK, PauseKind.NONE),
    ],
)
def test_a_second_client_is_greeted_with_the_state(number, app, paused):
    greeting = greetings(PLAIN)[number]
    until = [one["Event"] for one in greeting].index("AppState") + 1
    state = follow(greeting[:until]).state
    assert (state.app, state.paused, state.is_calibrated, state.has_star) == (app, paused, True, True)
    assert state.lock_position is not None


def test_stars_lost_are_counted_until_the_star_is_back():
    follower = follow([event("AppState", State="Guiding"), event("StarLost"), event("StarLost")])
    assert (follower.state.app, follower.state.stars_lost) == (AppState.LOST_LOCK, 2)
    follow([event("GuideStep", RADistanceRaw=0.1, DECDistanceRaw=0.2)], follower)
    assert (follower.state.app, follower.state.stars_lost, follower.state.stars_lost_in_all) == (AppState.GUIDING, 0, 2)


@pytest.mark.parametrize("ended", ["GuidingStopped", "LoopingExposuresStopped", "StarSelected"])
def test_no_star_is_missed_when_that_has_ended_for_which_it_was_looked(ended):
    follower = follow([event("AppState", State="Looping"), event("StarLost")])
    assert (follower.state.stars_lost, follower.state.stars_lost_in_all) == (1, 0)
    follow([event(ended)], follower)
    assert follower.state.stars_lost == 0


def test_automatic_exposure_is_told_by_its_event_and_not_known_of_the_next_connection():
    auto = event("GuideParamChange", Name="Exposure", Value="Auto (min = 1000 ms, max = 5000 ms, SNR = 6.00)")
    follower = follow([auto])
    assert (follower.state.is_exposure_automatic, follower.is_doubtful) == (True, True)
    assert not follow([auto, event("GuideParamChange", Name="Exposure", Value="500 ms")]).state.is_exposure_automatic
    assert not follow([auto, event("Version")]).state.is_exposure_automatic


def test_after_a_single_frame_the_exposure_is_in_doubt():
    assert follow([event("SingleFrameComplete", Success=True)]).is_doubtful


def test_the_end_of_guiding_is_not_the_end_of_exposures():
    follower = follow([event("AppState", State="Guiding"), event("StarSelected", X=1, Y=2), event("GuidingStopped")])
    assert follower.state.app is AppState.SELECTED
    follow([event("LockPositionLost")], follower)
    assert (follower.state.app, follower.state.star) == (AppState.LOOPING, None)


def test_a_command_is_busy_from_when_it_is_asked_until_settle_done():
    follower = StateFollower()
    follower.began(Busy.GUIDE)
    follow([event("StartCalibration"), event("Calibrating", step=3)], follower)
    assert follower.state.is_busy
    assert follower.state.calibration.step == 3
    follow([event("CalibrationComplete"), event("StartGuiding"), event("SettleBegin"), event("Settling")], follower)
    assert follower.state.busy is Busy.GUIDE
    follow([event("SettleDone", Status=0)], follower)
    assert (follower.state.busy, follower.state.is_busy) == (None, False)


def test_another_clients_command_is_busy_too():
    follower = follow([event("AppState", State="Guiding"), event("SettleBegin")])
    assert follower.state.is_busy


def test_a_settle_whose_end_was_lost_is_ended_by_asking():
    follower = follow([event("AppState", State="Guiding"), event("SettleBegin")])
    end = follower.reread(AppState.GUIDING, is_settling=False, is_paused=False)
    assert end == follower.state.settled
    assert follower.state.busy is None
    assert "lost" in end.error


def test_a_calibration_is_not_taken_for_the_end_of_a_settle():
    follower = StateFollower()
    follower.began(Busy.GUIDE)
    for app in (AppState.LOOPING, AppState.SELECTED, AppState.CALIBRATING):
        assert follower.reread(app, is_settling=False, is_paused=False) is None
    assert follower.state.busy is Busy.GUIDE
    assert follower.reread(AppState.STOPPED, is_settling=False, is_paused=False) is not None


def asked(follower, app, *, is_settling=False):
    return follower.reread(app, is_settling=is_settling, is_paused=app is AppState.PAUSED)


@pytest.mark.parametrize("app", [AppState.GUIDING, AppState.LOST_LOCK])
def test_a_dither_of_which_nothing_was_heard_ends_when_it_is_said_twice_not_to_settle(app):
    follower = follow([event("AppState", State="Guiding")])
    follower.began(Busy.DITHER)
    assert asked(follower, app) is None
    assert follower.is_doubtful
    assert asked(follower, app, is_settling=True) is None
    assert asked(follower, app) is None
    end = asked(follower, app)
    assert "end was not heard" in end.error
    assert (follower.state.busy, follower.state.settled) == (None, end)


def test_a_calibration_whose_end_was_lost_ends_while_exposures_go_on():
    follower = StateFollower()
    follower.began(Busy.GUIDE)
    follow([event("StartCalibration"), event("Calibrating")], follower)
    for _ in range(3):
        assert asked(follower, AppState.CALIBRATING) is None
    assert asked(follower, AppState.LOOPING) is None
    assert "end was not heard" in asked(follower, AppState.LOOPING).error


@pytest.mark.parametrize("app", [AppState.LOOPING, AppState.SELECTED])
def test_while_a_star_is_looked_for_nothing_is_taken_for_an_end(app):
    follower = StateFollower()
    follower.began(Busy.GUIDE)
    for _ in range(5):
        assert asked(follower, app) is None
    follow([event("LoopingExposures")] * 30, follower)
    assert follower.is_doubtful
    assert asked(follower, app) is None
    assert asked(follower, app) is not None


def test_a_pause_is_not_taken_for_an_end():
    follower = follow([event("StartCalibration"), event("Calibrating")])
    follower.began(Busy.GUIDE)
    for _ in range(5):
        assert asked(follower, AppState.PAUSED) is None


def test_steps_without_a_word_on_settling_leave_it_in_doubt():
    follower = follow([event("AppState", State="Guiding")])
    follower.began(Busy.DITHER)
    follow([event("SettleBegin"), event("Settling"), event("GuideStep"), event("Settling")], follower)
    assert not follower.is_doubtful
    follow([event("GuideStep"), event("GuideStep")], follower)
    assert follower.is_doubtful


def test_whether_there_is_a_star_is_read_anew():
    follower = follow([event("AppState", State="Selected"), event("StarSelected", X=1, Y=2)])
    asked(follower, AppState.LOOPING)
    assert (follower.state.has_star, follower.state.star) == (False, None)
    asked(follower, AppState.SELECTED)
    assert follower.state.has_star


def test_what_rests_is_known_from_before_the_pause():
    follower = follow([event("AppState", State="Guiding"), event("Paused"), event("Paused")])
    assert (follower.state.before_pause, follower.state.has_guiding) == (AppState.GUIDING, True)
    follow([event("Resumed")], follower)
    assert follower.state.before_pause is None


def test_steps_while_settling_do_not_count_for_the_rms():
    follower = follow([event("PixelScale"), event("StartGuiding"), event("SettleBegin")])
    follower.become(replace(follower.state, pixel_scale=2.0))
    follow([event("GuideStep", RADistanceRaw=9, DECDistanceRaw=9), event("SettleDone", Status=0)], follower)
    follow([event("GuideStep", RADistanceRaw=ra, DECDistanceRaw=0) for ra in (1, -1)], follower)
    assert (follower.state.rms.steps, follower.state.rms.ra, follower.state.rms.dec) == (2, 1.0, 0.0)
    assert follower.state.rms.arcsec == (2.0, 0.0, 2.0)
    follow([event("StartGuiding")], follower)
    assert follower.state.rms.steps == 0


def test_after_a_pause_it_is_what_it_was_and_in_doubt():
    follower = follow([event("AppState", State="Guiding"), event("Paused")])
    assert follower.state.app is AppState.PAUSED
    follow([event("Resumed")], follower)
    assert (follower.state.app, follower.is_doubtful) == (AppState.GUIDING, True)


def test_the_kind_of_a_pause_that_was_asked_for_is_known():
    follower = follow([event("AppState", State="Guiding"), event("Paused")])
    follower.paused(PauseKind.FULL)
    assert follower.reread(AppState.PAUSED, is_settling=False, is_paused=True) is None
    assert follower.state.paused is PauseKind.FULL


def test_stopping_ends_a_pause():
    follower = follow([event("AppState", State="Paused"), event("GuidingStopped"), event("LoopingExposuresStopped")])
    assert (follower.state.app, follower.state.paused) == (AppState.STOPPED, PauseKind.NONE)


def test_a_configuration_change_leaves_it_in_doubt():
    assert follow([event("ConfigurationChange")]).is_doubtful


def test_positions_that_are_none_are_passed_over():
    follower = follow([event("LockPositionSet", X=1, Y=2), event("LockPositionSet", X=None)])
    assert follower.state.lock_position == Position(1, 2)


def test_another_clients_calibration_is_busy_and_no_earlier_outcome_is_kept():
    for events in (
        [event("StartCalibration")],
        [event("Calibrating", step=1)],
        [event("AppState", State="Calibrating")],
    ):
        follower = follow([event("SettleBegin"), event("SettleDone", Status=0)])
        assert follower.state.settled is not None
        turns = follower.turns
        follow(events, follower)
        assert (follower.state.busy, follower.state.settled) == (Busy.GUIDE, None)
        assert follower.turns > turns
        follow([event("CalibrationComplete"), event("StartGuiding")], follower)
        assert follower.state.busy is Busy.GUIDE


def test_a_calibration_that_is_read_is_busy_until_it_is_read_to_be_over():
    follower = StateFollower()
    assert asked(follower, AppState.CALIBRATING) is None
    assert follower.state.busy is Busy.GUIDE
    assert asked(follower, AppState.STOPPED).status == 1
    assert follower.state.busy is None


def test_a_calibration_that_failed_is_why_what_was_begun_is_over():
    follower = follow([event("StartCalibration"), event("CalibrationFailed", Reason="the star did not move")])
    assert asked(follower, AppState.STOPPED).error == "the star did not move"


def test_guiding_that_was_begun_at_its_window_has_no_outcome():
    follower = follow([event("StartCalibration"), event("CalibrationComplete"), event("StartGuiding")])
    assert asked(follower, AppState.GUIDING) is None
    assert "window" in asked(follower, AppState.GUIDING).error
    assert (follower.state.busy, follower.state.settled) == (None, None)


def test_our_own_guide_that_never_settles_has_failed():
    follower = StateFollower()
    follower.began(Busy.GUIDE)
    follow([event("StartCalibration"), event("CalibrationComplete"), event("StartGuiding")], follower)
    assert asked(follower, AppState.GUIDING) is None
    assert asked(follower, AppState.GUIDING) == follower.state.settled


def test_what_is_refused_while_another_client_s_calibration_goes_on_ends_nothing():
    follower = follow([event("StartCalibration")])
    follower.began(Busy.GUIDE)
    follower.did_not_begin()
    assert follower.state.busy is Busy.GUIDE


@pytest.mark.parametrize(
    ("method", "params", "attribute", "value"),
    [
        ("set_exposure", {"exposure": 2000}, "exposure", 2000),
        ("set_exposure", {"exposure": -1}, "is_exposure_automatic", True),
        ("set_dec_guide_mode", {"mode": "North"}, "dec_mode", DecGuideMode.NORTH),
        ("set_guide_output_enabled", {"enabled": False}, "is_output_enabled", False),
    ],
)
def test_a_setting_that_phd2_has_taken_is_known_at_once(method, params, attribute, value):
    follower = StateFollower()
    follower.took(method, params)
    assert getattr(follower.state, attribute) == value
