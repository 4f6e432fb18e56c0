"""`python -m jedimind` is the `jedimind` command."""

import sys

from jedimind.cli import main

sys.exit(main())
