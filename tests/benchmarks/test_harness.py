"""The harness counts right: puppets and load clients around Debian's indiserver, with tiny amounts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.benchmarks import backlogs, figures, memory, report, servers, stage
from tests.benchmarks.figures import Figure, Goal, Measurement, Result, Row
from tests.benchmarks.load import LoadError, Pace, Span, Tag
from tests.benchmarks.puppets import CONTROL, Emission, Puppet
from tests.benchmarks.servers import ServerError, Side
from tests.benchmarks.stage import Scene, Stage
from tests.real_programs import require

_SIZE = 300_001  # not a multiple of 3: the base64 ends in padding
_PICTURES = [Emission.INLINE, Emission.LINES, Emission.ATTACHED, Emission.REATTACHED]
_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def indi_stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    require("cc")
    hub = (require("indiserver"),)
    return stage.make_stage(tmp_path_factory.mktemp("bench"), hub, quick=True, patience=90)


@pytest.fixture
def scene(indi_stage: Stage) -> Generator[Scene]:
    with indi_stage.serving(Side.REFERENCE, Puppet(devices=3)) as scene:
        yield scene


@pytest.mark.system
def test_every_reader_gets_as_many_numbers_as_ordered(scene: Scene) -> None:
    readers = scene.readers(3)
    scene.load.drive(readers, Emission.NUMBERS, 60, pace=Pace(window=30, step=10))
    assert scene.load.counts(readers, Tag.SET) == [60, 60, 60]


@pytest.mark.system
@pytest.mark.parametrize("emission", _PICTURES)
def test_tcp_readers_get_pictures_as_text(scene: Scene, emission: Emission) -> None:
    readers = scene.readers(2, blobs=True)
    scene.load.drive(readers, emission, 2, size=_SIZE)
    assert scene.load.counts(readers, Tag.SET) == [2, 2]
    assert scene.load.counts(readers, Tag.PICTURE) == [0, 0]


@pytest.mark.system
@pytest.mark.parametrize("emission", _PICTURES)
def test_unix_reader_gets_pictures_in_shared_memory(scene: Scene, emission: Emission) -> None:
    reader = scene.reader(blobs=True, unix=True)
    scene.load.drive(reader, emission, 2, size=_SIZE)
    assert scene.load.counts(reader, Tag.PICTURE) == [2]


@pytest.mark.system
def test_each_device_is_updated_once(scene: Scene) -> None:
    reader = scene.load.open_tcp(scene.server.setup.port)
    scene.load.send(reader, "<getProperties version='1.7'/>")
    scene.load.wait(reader, Tag.DEF, Puppet(devices=3).definitions)
    scene.order(reader, Emission.EACH_DEVICE, 1)
    scene.load.wait(reader, Tag.SET, 3)
    scene.load.ping(reader, 1, pause_us=0)
    assert scene.load.counts(reader, Tag.SET) == [3]


@pytest.mark.system
def test_laggard_gets_the_whole_burst_once_it_reads(scene: Scene) -> None:
    conductor, laggard = scene.reader(device=CONTROL), scene.reader()
    scene.load.forget()
    scene.load.set_reading(laggard, False)
    scene.order(conductor, Emission.NUMBERS, 50, report=True)
    scene.load.wait(conductor, Tag.SET, 1)
    assert scene.load.counts(laggard, Tag.SET) == [0]
    scene.load.set_reading(laggard, True)
    scene.load.wait(laggard, Tag.SET, 50)
    assert scene.load.counts(conductor, Tag.SET) == [1]


@pytest.mark.system
def test_driver_reports_each_upload(scene: Scene) -> None:
    client = scene.reader(device=CONTROL)
    scene.load.forget()
    scene.load.upload(client, 2, size=_SIZE // 10)
    assert scene.load.counts(client, Tag.SET) == [2]


@pytest.mark.system
def test_picture_passes_a_chain(indi_stage: Stage) -> None:
    with indi_stage.chain(Side.REFERENCE) as scene:
        reader = scene.reader(device=None, blobs=True)
        scene.load.drive(reader, Emission.INLINE, 2, size=_SIZE // 10)
        assert scene.load.counts(reader, Tag.SET) == [2]


@pytest.mark.system
def test_relay_copies_to_all(indi_stage: Stage) -> None:
    with indi_stage.serving(Side.RELAY) as scene:
        readers = scene.readers(2, blobs=True)
        scene.load.drive(readers, Emission.INLINE, 3, size=_SIZE)
        assert scene.load.counts(readers, Tag.SET) == [3, 3]


def _kill_server(stage: Stage, *, wait: bool) -> None:
    with stage.serving(Side.REFERENCE) as scene:
        client = scene.load.open_tcp(scene.server.setup.port)
        scene.server.process.kill()
        scene.server.process.wait()
        if wait:
            scene.load.wait(client, Tag.SET, 1)


@pytest.mark.system
def test_client_that_is_cut_off_is_an_error(indi_stage: Stage) -> None:
    with pytest.raises(LoadError, match="cut off"):
        _kill_server(indi_stage, wait=True)


@pytest.mark.system
def test_server_that_ends_early_is_an_error(indi_stage: Stage) -> None:
    with pytest.raises(ServerError, match="startup"):
        _kill_server(indi_stage, wait=False)


@pytest.mark.system
def test_cpu_clock_agrees_with_the_kernels_table(scene: Scene) -> None:
    reader = scene.reader()
    scene.load.drive(reader, Emission.NUMBERS, 200, pace=Pace(window=100, step=50))
    fields = Path(f"/proc/{scene.server.pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    assert scene.server.cpu_seconds() >= (ticks - 2) / os.sysconf("SC_CLK_TCK")


@pytest.mark.system
def test_command_line_prints_the_table_and_writes_samples(indi_stage: Stage, tmp_path: Path) -> None:
    samples = tmp_path / "samples.json"
    words = ["--quick", "--only", "lone", "--hub", indi_stage.commands.reference, "--json", str(samples)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *words], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("| what | reference | ours |")
    (row,) = json.loads(samples.read_text())["rows"]
    assert set(row["figures"][0]["samples"]) == {"reference", "ours", "relay"}


def test_memory_that_is_open_but_not_mapped_is_held() -> None:
    with memory.watched(os.getpid()) as peak:
        peak.look()
        before = peak.held
        probe = os.memfd_create("test")
        os.write(probe, bytes(8 << 20))
        peak.look()
        os.close(probe)
    assert peak.held - before >= 8 << 20


@pytest.mark.parametrize(
    ("goal", "reference", "ours", "met"),
    [
        (Goal(ratio_at_most=0.5), 10, 5, True),
        (Goal(ratio_at_most=0.5), 10, 5.1, False),
        (Goal(ratio_at_least=100), 2, 200, True),
        (Goal(ratio_at_least=100), 2, 199, False),
        (Goal(ratio_at_most=0.5, at_most=5), 100, 6, False),
        (Goal(at_least=500), 300, 499, False),
    ],
)
def test_goal_is_met_when_all_of_it_holds(goal: Goal, reference: float, ours: float, met: bool) -> None:
    assert goal.is_met(reference, ours) is met


def test_slope_tells_linear_from_quadratic() -> None:
    lengths = (2_500, 5_000, 40_000)
    assert backlogs.slope({n: n * 3e-6 for n in lengths}) == pytest.approx(1)
    assert backlogs.slope({n: n * n * 2e-8 for n in lengths}) == pytest.approx(2)


def test_percentile_is_a_sample_that_enough_do_not_exceed() -> None:
    samples = list(range(1, 101))
    assert figures.percentile(samples, 50) == 50
    assert figures.percentile(samples, 99) == 99
    assert figures.percentile([7.0], 99) == 7.0


def _no_measure(_stage: Stage, _side: Side) -> Measurement:
    raise NotImplementedError


def _result(reference: float, ours: float) -> Result:
    row = Row("some", _no_measure, (Figure("cpu", "Some cost", "µs", Goal(ratio_at_most=0.5)),))
    return Result(row, {Side.REFERENCE: [{"cpu": reference}], Side.OURS: [{"cpu": ours}, {"cpu": ours + 2}]})


def test_table_shows_medians_ratio_and_verdict() -> None:
    table = report.markdown([_result(100.0, 20.0)])
    assert table.splitlines()[-1] == "| Some cost, µs | 100 | 21 |  | 0.21 | ratio ≤ 0.5 | yes |"


def test_side_that_failed_meets_no_goal() -> None:
    result = _result(100.0, 20.0)
    result.failures[Side.OURS] = "it ended"
    assert report.markdown([result]).splitlines()[-1].endswith("| failed |  |  | ratio ≤ 0.5 | no |")
    assert json.loads(report.as_json([result]))["rows"][0]["failures"] == {"ours": "it ended"}


def test_figure_without_a_reference_is_judged_by_itself() -> None:
    row = Row("alone", _no_measure, (Figure("rate", "A rate", "1/s", Goal(at_least=5)),), sides=(Side.OURS,))
    for rate, verdict in ((6.0, "yes"), (4.0, "no")):
        assert report.markdown([Result(row, {Side.OURS: [{"rate": rate}]})]).endswith(f"| ours ≥ 5 | {verdict} |")


def test_hub_named_indiserver_gets_its_flags() -> None:
    commands = servers.Commands("/usr/bin/indiserver", ("lightapt-indiserver",), Path("relay"))
    setup = servers.Setup(port=1, unix="/u", driver=Path("/d"), remote_port=2)
    assert commands.line(Side.OURS, setup)[1:] == commands.line(Side.REFERENCE, setup)[1:]
    ours = servers.Commands("/usr/bin/indiserver", servers.OUR_COMMAND, Path("relay")).line(Side.OURS, setup)
    assert ours[-8:] == ["--port", "1", "--unix", "/u", "--driver", "/d", "--remote", "@127.0.0.1:2"]


def test_span_names_its_clients_to_the_load_process() -> None:
    assert str(Span(3, 5)) == "3 5"
