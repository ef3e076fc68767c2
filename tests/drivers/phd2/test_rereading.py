"""What PHD2 says when it is asked is taken for what it was when it was asked."""

from lightapt_drivers.phd2 import events as ev
from lightapt_drivers.phd2.rereading import GLANCE, READINGS, Reading
from lightapt_drivers.phd2.state import Busy, StateFollower
from lightapt_drivers.phd2.words import AppState, DecGuideMode, PauseKind

STOPPED = {"get_app_state": "Stopped", "get_settling": False, "get_paused": False}
REST = {"get_pixel_scale": 2.5, "get_dec_guide_mode": "North", "get_exposure": 500, "get_connected": True}


def read(reading, answers):
    return [reading.take(method, answers[method]) for method in READINGS if method in answers][-1]


def test_all_that_is_told_becomes_the_state():
    follower = StateFollower()
    assert read(Reading(follower), STOPPED | REST) is None
    state = follower.state
    assert (state.app, state.paused, state.is_connected) == (AppState.STOPPED, PauseKind.NONE, True)
    assert (state.pixel_scale, state.dec_mode, state.exposure) == (2.5, DecGuideMode.NORTH, 500)
    assert state.rms.scale == 2.5


def test_what_was_begun_after_it_was_asked_is_not_ended_by_the_answer():
    follower = StateFollower()
    reading = Reading(follower)
    follower.began(Busy.GUIDE)
    assert read(reading, STOPPED) is None
    assert follower.state.busy is Busy.GUIDE
    assert read(Reading(follower), STOPPED).status == 1
    assert follower.state.busy is None


def test_what_settles_since_it_was_asked_is_not_ended_by_the_answer():
    follower = StateFollower()
    follower.began(Busy.GUIDE)
    reading = Reading(follower)
    reading.take("get_settling", False)  # it calibrated then
    follower.apply(ev.StartGuiding())
    follower.apply(ev.SettleBegin())
    assert reading.take("get_app_state", "Guiding") is None
    assert follower.state.busy is Busy.GUIDE


def test_what_has_settled_since_it_was_asked_is_not_begun_by_the_answer():
    follower = StateFollower()
    follower.began(Busy.DITHER)
    follower.apply(ev.SettleBegin())
    reading = Reading(follower)
    reading.take("get_settling", True)
    follower.apply(ev.SettleDone(status=0))
    assert reading.take("get_app_state", "Guiding") is None
    assert follower.state.busy is None


def test_answers_that_are_none_change_nothing():
    follower = StateFollower()
    read(Reading(follower), STOPPED | {"get_profile": {"id": 3, "name": "Third"}})
    read(Reading(follower), {"get_app_state": "Dancing", "get_profile": 7, "get_current_equipment": None})
    assert (follower.state.app, follower.state.profile.id, follower.state.equipment) == (AppState.STOPPED, 3, None)


def glance(follower, **answers):
    reading = Reading(follower, GLANCE)
    told = {"get_connected": True, "get_current_equipment": {}, "get_calibrated": False, **answers}
    return [reading.take(method, told[method]) for method in GLANCE][-1]


def test_a_glance_that_finds_other_equipment_leaves_all_in_doubt():
    follower = StateFollower()
    read(Reading(follower), STOPPED | REST | {"get_current_equipment": {}, "get_calibrated": False})
    glance(follower, get_settling=False, get_app_state="Stopped")
    assert not follower.is_doubtful
    glance(follower, get_connected=False, get_settling=False, get_app_state="Stopped")
    assert (follower.state.is_connected, follower.is_doubtful) == (False, True)


def test_a_glance_tells_of_equipment_that_is_connected_one_by_one():
    follower = StateFollower()
    mount = {"mount": {"name": "On Camera", "connected": True}}
    glance(follower, get_connected=False, get_current_equipment=mount, get_settling=False, get_app_state="Stopped")
    assert follower.state.equipment.mount.is_connected
    assert follower.is_doubtful


def test_a_glance_tells_of_a_pause_and_of_what_has_ended():
    follower = StateFollower()
    follower.began(Busy.GUIDE)
    assert glance(follower, get_settling=False, get_app_state="Paused") is None
    assert follower.state.paused is PauseKind.GUIDING
    assert glance(follower, get_settling=False, get_app_state="Stopped").status == 1
    assert follower.state.paused is PauseKind.NONE
