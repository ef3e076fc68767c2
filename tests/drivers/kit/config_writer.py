"""Kills a process that saves configurations, wherever it is, and looks at what it left: `config_writer.py FILE ROUNDS`.

Prints what was found each time: the letter of the configuration, or what was wrong.
"""

import itertools
import os
import random
import signal
import sys
import time
from pathlib import Path

from lightapt_drivers import DriverError
from lightapt_drivers.kit.configuration import ConfigurationFile
from lightapt_protocol.members import OneText
from lightapt_protocol.messages import NewTextVector

LONGEST = 0.005
"""Seconds; to save takes less."""


def configuration(letter):
    """Return a configuration that takes a while to write, and in which every member says the same."""
    members = tuple(OneText(f"M{number}", letter * 1000) for number in range(200))
    return [NewTextVector("Thing", "TEXT", members=members)]


def save_for_ever(file, telling):
    for letter in itertools.cycle("ab"):
        file.save(configuration(letter))
        os.write(telling, letter.encode())


def found(file):
    """Return what is in the file."""
    try:
        saved = file.load()
    except DriverError as error:
        return str(error)
    return next((letter for letter in "ab" if saved == configuration(letter)), "a mixture")


def main():
    file = ConfigurationFile(Path(sys.argv[1]))
    for _ in range(int(sys.argv[2])):
        hearing, telling = os.pipe()
        child = os.fork()
        if not child:
            save_for_ever(file, telling)
        os.read(hearing, 1)
        time.sleep(random.random() * LONGEST)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(hearing)
        os.close(telling)
        print(found(file))


if __name__ == "__main__":
    main()
