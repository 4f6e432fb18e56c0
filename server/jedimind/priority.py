"""Has the system prefer the editor and its server to what works for them.

Where Linux groups processes by session (`sched(7)`, *The autogroup feature*), a nice value counts
within its session only: a session of its own gets as much processor time as all of the editor's
together. The group has a nice value, too, and it is set here.
"""

from __future__ import annotations

import logging
from pathlib import Path

logger = logging.getLogger(__name__)

NICENESS = 5
"""Of the model host, of runs and of what builds indexes: below whatever the user waits for."""


def put_behind(session_leader: int) -> None:
    """Give the session of the process `session_leader` less processor time than others.

    Without effect where there are no such groups.
    """
    group = Path(f"/proc/{session_leader}/autogroup")
    try:
        if group.exists():
            group.write_text(str(NICENESS))
    except OSError as error:  # it has ended, or the system allows a change a tenth of a second
        logger.debug("Session %d keeps its priority: %s", session_leader, error)
