"""`python -m lightapt_server` is `lightapt-server`."""

import sys

from .cli import main

sys.exit(main())
