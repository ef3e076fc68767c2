"""Modules that are slow to load are loaded one at a time."""

import sys
import threading

import pytest

from lightapt_drivers.kit.loading import load

SLOW = """
import threading, time
from tests.drivers.kit import test_loading
test_loading.enter()
"""
most = 0
now = 0
counting = threading.Lock()
others = threading.Event()


def enter():
    global most, now
    with counting:
        now += 1
        most = max(most, now)
    others.wait(0.05)  # for another to come in, if it can
    with counting:
        now -= 1


def test_threads_wait_for_one_another(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    names = [f"slow_to_load_{number}" for number in range(4)]
    for name in names:
        (tmp_path / f"{name}.py").write_text(SLOW)
    threads = [threading.Thread(target=load, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    module = sys.modules["tests.drivers.kit.test_loading"]
    assert [load(name).__name__ for name in names] == names
    assert module.most == 1


def test_what_cannot_be_loaded_raises_and_holds_up_nobody():
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load("no_such_module")
    assert load("json").__name__ == "json"
