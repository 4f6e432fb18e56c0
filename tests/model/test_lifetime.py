"""When a host ends. The times are short, and the test waits for the end itself."""

from __future__ import annotations

import asyncio

import pytest

from jedimind.model.host import lifetime
from jedimind.model.host.lifetime import Lifetime

HANG = 10.0
LONG = 1000.0
SHORT = 0.02


async def end_of(lifetime: Lifetime) -> str:
    return await asyncio.wait_for(lifetime.ended, HANG)


async def outlives(lifetime: Lifetime, seconds: float) -> bool:
    """Whether it goes on for some time; the one thing that only time can show."""
    done, _ = await asyncio.wait({lifetime.ended}, timeout=seconds)
    return not done


async def test_a_host_that_nobody_takes_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lifetime, "GRACE", SHORT)
    host = Lifetime(idle=LONG, linger=LONG)
    host.begin()
    assert await end_of(host) == "unused"


async def test_the_last_lease_counts() -> None:
    host = Lifetime(idle=LONG, linger=SHORT)
    host.begin()
    with host.lease():
        with host.lease():
            assert host.leases == 2
        assert await outlives(host, 5 * SHORT)
    assert await end_of(host) == "unused"


async def test_a_lease_taken_in_time_keeps_it() -> None:
    host = Lifetime(idle=LONG, linger=SHORT)
    with host.lease():
        pass
    host.begin()
    with host.lease():
        assert await outlives(host, 5 * SHORT)


async def test_without_work_it_ends_though_it_is_leased() -> None:
    host = Lifetime(idle=SHORT, linger=LONG)
    host.begin()
    with host.lease():
        assert await end_of(host) == "idle"


async def test_work_is_not_idleness_however_long_it_takes() -> None:
    host = Lifetime(idle=SHORT, linger=LONG)
    with host.lease(), host.work():
        host.begin()
        assert await outlives(host, 5 * SHORT)
    assert await end_of(host) == "idle"


async def test_the_first_reason_stands() -> None:
    host = Lifetime(idle=LONG, linger=LONG)
    host.end("terminated")
    host.end("idle")
    assert await end_of(host) == "terminated"
