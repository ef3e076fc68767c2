"""Profiles, equipment, the cooler, exposures and the star, through the bridge."""

from lightapt_drivers.phd2 import bridge_exposures
from lightapt_protocol.vocabulary import State, SwitchState
from tests.drivers.phd2.bridging import guiding, play, refused


def test_a_profile_is_chosen_with_the_equipment_disconnected_first():
    async def scene(harness, fake):
        await harness.request("PHD2_PROFILE", PROFILE_2=True)
        await harness.expect("PHD2_PROFILE", state=State.OK, PROFILE_2=True)
        await harness.expect("PHD2_EQUIPMENT", DISCONNECT=True)
        order = [one for one in fake.methods if one in ("set_connected", "set_profile")]
        assert order == ["set_connected", "set_profile"]

    play(scene)


def test_a_profile_that_is_only_remembered_as_the_current_one_is_chosen():
    async def scene(harness, fake):
        fake.model.profile = 2
        await harness.request("PHD2_PROFILE", PROFILE_1=True)
        await harness.expect("PHD2_PROFILE", state=State.OK, PROFILE_1=True)
        assert (fake.model.profile, fake.asked("set_profile")) == (1, [{"id": 1}])

    play(scene)


def test_a_profile_is_not_chosen_while_exposures_are_made():
    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "PHD2_PROFILE", "stop them first (PHD2_STOP)", PROFILE_2=True)
        await harness.expect("PHD2_PROFILE", PROFILE_1=True)
        assert "set_profile" not in fake.methods

    play(scene)


def test_profiles_are_labelled_with_their_names():
    async def scene(harness, fake):
        members = harness.find("PHD2_PROFILE").members
        labels = {name: member.label for name, member in members.items()}
        assert labels == {"PROFILE_1": "Simulator", "PROFILE_2": "Simulator AO", "PROFILE_3": "No Camera"}

    play(scene)


def test_equipment_is_connected_disconnected_and_reconnected():
    async def scene(harness, fake):
        await harness.request("PHD2_EQUIPMENT", CONNECT=True)
        await harness.expect("PHD2_EQUIPMENT", state=State.OK, CONNECT=True)
        await harness.expect("PHD2_EQUIPMENT_STATE", CAMERA=State.OK, MOUNT=State.OK)
        await harness.request("PHD2_EQUIPMENT_RECONNECT", RECONNECT=True)
        await harness.expect("PHD2_EQUIPMENT_RECONNECT", state=State.OK)
        await harness.request("PHD2_EQUIPMENT", DISCONNECT=True)
        await harness.expect("PHD2_EQUIPMENT", state=State.OK, DISCONNECT=True)
        await harness.expect("PHD2_EQUIPMENT_STATE", CAMERA=State.ALERT)
        assert [one["connected"] for one in fake.asked("set_connected")] == [True, False, True, False]

    play(scene, gear=False)


def test_equipment_that_does_not_connect_is_alert_with_phd2_s_reason():
    async def scene(harness, fake):
        await refused(harness, "PHD2_EQUIPMENT", "equipment failed to connect: camera", CONNECT=True)
        await harness.expect("PHD2_EQUIPMENT", DISCONNECT=True)

    play(scene, gear=False, profile=3)


def test_equipment_that_has_not_connected_is_ok_when_it_is_connected_at_phd2_s_window():
    async def scene(harness, fake):
        await refused(harness, "PHD2_EQUIPMENT", CONNECT=True)
        await harness.expect("PHD2_EQUIPMENT", state=State.ALERT, DISCONNECT=True)
        fake.change_profile(1)
        fake.model.connected = True
        await harness.expect("PHD2_EQUIPMENT", state=State.OK, CONNECT=True)

    play(scene, gear=False, profile=3)


def test_the_cooler_is_switched_and_its_numbers_are_shown():
    async def scene(harness, fake):
        await harness.expect("PHD2_TEMPERATURE", state=State.OK, TEMPERATURE=15)
        await harness.request("PHD2_COOLER", ON=True)
        await harness.expect("PHD2_TEMPERATURE", SETPOINT=-10, POWER=40)
        await harness.expect("PHD2_COOLER", ON=True)
        await harness.request("PHD2_COOLER", OFF=True)
        await harness.expect("PHD2_TEMPERATURE", state=State.OK, TEMPERATURE=15, SETPOINT=0, POWER=0)
        fake.model.connected = False
        await harness.expect("PHD2_TEMPERATURE", state=State.IDLE, TEMPERATURE=0)
        await harness.expect("PHD2_CAMERA_INFO", BINNING=0)

    play(scene)


def test_exposures_are_phd2_s_durations():
    async def scene(harness, fake):
        await harness.expect("PHD2_EXPOSURE", MS_500=True)
        await harness.request("PHD2_EXPOSURE", MS_2000=True)
        await harness.expect("PHD2_EXPOSURE", state=State.OK, MS_2000=True)
        assert fake.asked("set_exposure") == [{"exposure": 2000}]
        assert harness.find("PHD2_EXPOSURE").members["MS_1500"].label == "1.5 s"

    play(scene)


def chosen(harness):
    """Return the exposures that are on."""
    members = harness.find("PHD2_EXPOSURE").members.values()
    return [one.name for one in members if one.value is SwitchState.ON]


def test_an_exposure_can_be_automatic():
    async def scene(harness, fake):
        await harness.request("PHD2_EXPOSURE", AUTOMATIC=True)
        await harness.expect("PHD2_EXPOSURE", state=State.OK, AUTOMATIC=True)
        assert fake.asked("set_exposure") == [{"exposure": -1}]
        assert fake.model.auto_exposure
        fake.model.exposure = 2000  # one of the durations, but PHD2's own choice
        fake.say("ConfigurationChange")
        await harness.until(lambda: fake.methods[-30:].count("get_exposure_durations"), "the state, read anew")
        assert chosen(harness) == ["AUTOMATIC"]
        await harness.request("PHD2_EXPOSURE", MS_2000=True)
        await harness.expect("PHD2_EXPOSURE", state=State.OK, MS_2000=True)
        assert chosen(harness) == ["MS_2000"]

    play(scene)


def test_an_exposure_that_somebody_else_makes_automatic_is_seen():
    async def scene(harness, fake):
        fake.model.auto_exposure = True
        fake.say("GuideParamChange", Name="Exposure", Value="Auto (min = 1000 ms, max = 5000 ms, SNR = 6.00)")
        await harness.expect("PHD2_EXPOSURE", state=State.OK, AUTOMATIC=True)
        fake.model.exposure = 1000
        fake.say("GuideParamChange", Name="Exposure", Value="1000 ms")
        await harness.expect("PHD2_EXPOSURE", AUTOMATIC=False, MS_1000=True)

    play(scene)


def test_an_exposure_that_is_none_of_phd2_s_durations_is_automatic():
    async def scene(harness, fake):
        fake.model.exposure = 1234
        await harness.request("CONNECTION", CONNECT=True)
        await harness.expect("PHD2_EXPOSURE", AUTOMATIC=True)
        assert chosen(harness) == ["AUTOMATIC"]

    play(scene, connected=False)


def test_looping_that_was_refused_is_ok_when_exposures_have_ended():
    async def scene(harness, fake):
        await guiding(harness)
        await refused(harness, "PHD2_LOOP", "PHD2 guides", ON=True)
        await harness.expect("PHD2_LOOP", state=State.ALERT, ON=True)
        await harness.request("PHD2_STOP", STOP=True)
        await harness.expect("PHD2_LOOP", state=State.OK, OFF=True)

    play(scene)


def test_looping_begins_and_ends():
    async def scene(harness, fake):
        await harness.request("PHD2_LOOP", ON=True)
        await harness.expect("PHD2_LOOP", state=State.OK, ON=True)
        await harness.expect("PHD2_STATE", STATE="Looping")
        await harness.request("PHD2_LOOP", OFF=True)
        await harness.expect("PHD2_LOOP", state=State.OK, OFF=True)
        await harness.expect("PHD2_STATE", STATE="Stopped")

    play(scene)


def test_a_star_is_found_and_let_go_of():
    async def scene(harness, fake):
        await harness.request("PHD2_LOOP", ON=True)
        await harness.expect("PHD2_LOOP", state=State.OK)
        await harness.request("PHD2_FIND_STAR", AUTOMATIC=True)
        await harness.expect("PHD2_STAR", state=State.OK, X=641, Y=375)
        await harness.expect("PHD2_LOCK_POSITION", state=State.OK, X=641, Y=375)
        await harness.request("PHD2_DESELECT_STAR", DESELECT=True)
        await harness.expect("PHD2_STAR", state=State.IDLE)
        await harness.request("PHD2_REGION", X=600, Y=300, WIDTH=100, HEIGHT=100)
        await harness.request("PHD2_FIND_STAR", REGION=True)
        await harness.expect("PHD2_STAR", state=State.OK)
        assert fake.asked("find_star") == [{}, {"roi": [600, 300, 100, 100]}]

    play(scene)


def test_a_star_that_is_not_found_without_exposures_comes_with_advice():
    async def scene(harness, fake):
        await refused(
            harness, "PHD2_FIND_STAR", "could not find star", "begin them first (PHD2_LOOP.ON)", AUTOMATIC=True
        )

    play(scene)


def test_a_region_without_an_area_is_refused():
    async def scene(harness, fake):
        await refused(harness, "PHD2_FIND_STAR", "set it first", REGION=True)

    play(scene)


def test_the_lock_position_is_just_there_unless_the_next_star_is_asked_for():
    async def scene(harness, fake):
        await harness.request("PHD2_LOOP", ON=True)
        await harness.expect("PHD2_LOOP", state=State.OK)
        await harness.request("PHD2_LOCK_POSITION", X=100.5, Y=200)
        await harness.expect("PHD2_LOCK_POSITION", state=State.OK, X=100.5, Y=200)
        await harness.request("PHD2_LOCK_EXACT", OFF=True)
        await harness.request("PHD2_LOCK_POSITION", X=600, Y=300)
        await harness.expect("PHD2_LOCK_POSITION", state=State.OK, X=641, Y=375)
        assert [one["exact"] for one in fake.asked("set_lock_position")] == [True, False]

    play(scene)


def test_a_single_frame_is_busy_until_it_is_taken_and_told_where_it_is():
    async def scene(harness, fake):
        await harness.request("PHD2_SINGLE_FRAME", EXPOSURE=200)
        await harness.expect("PHD2_SINGLE_FRAME", state=State.OK, EXPOSURE=200)
        await harness.request("PHD2_SINGLE_FRAME_SETTINGS", BINNING=2, GAIN=40)
        await harness.request("PHD2_SINGLE_FRAME_SAVE", ON=True)
        await harness.request("PHD2_SINGLE_FRAME_FILE", PATH="/data/frame.fits")
        await harness.request("PHD2_SINGLE_FRAME", EXPOSURE=300)
        await harness.expect("PHD2_SINGLE_FRAME_FILE", SAVED="/data/frame.fits")
        first, second = fake.asked("capture_single_frame")
        assert first == {"exposure": 200}
        assert second == {"exposure": 300, "binning": 2, "gain": 40, "path": "/data/frame.fits", "save": True}

    play(scene)


def test_a_second_single_frame_is_refused_and_the_first_goes_on():
    async def scene(harness, fake):
        await harness.request("PHD2_SINGLE_FRAME", EXPOSURE=200)
        await harness.request("PHD2_SINGLE_FRAME", EXPOSURE=300)
        await harness.expect("PHD2_SINGLE_FRAME", state=State.BUSY, EXPOSURE=200)  # PHD2 has taken it
        fake.frames(1)
        await harness.expect("PHD2_SINGLE_FRAME", state=State.OK, EXPOSURE=200)
        assert len(fake.asked("capture_single_frame")) == 1

    play(scene, frame=None)


def test_a_single_frame_whose_end_is_not_told_is_not_waited_for_for_ever(monkeypatch):
    monkeypatch.setattr(bridge_exposures, "_READING_OUT", 0.05)

    async def scene(harness, fake):
        await refused(harness, "PHD2_SINGLE_FRAME", "has not told", EXPOSURE=10)

    play(scene, frame=None)


def test_no_single_frame_is_asked_of_a_profile_without_a_camera():
    async def scene(harness, fake):
        await refused(harness, "PHD2_SINGLE_FRAME", "no camera", EXPOSURE=200)
        assert not fake.crashed

    play(scene, gear=False, profile=3)
