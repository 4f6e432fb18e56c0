"""Model files from the Hugging Face hub.

huggingface_hub says where a file is and which token to send. The transfer itself is httpx, because
huggingface_hub's own runs in a thread that cannot be cancelled and fills a cache of its own. Here a
cancelled task closes its connection, and the bytes go straight into the `Assembly`, which continues
what any source began.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
import httpx

from jedimind.model.assembly import Assembly
from jedimind.model.sources import HubFile, Report, SourceFailed

_ANSWER_TIMEOUT = 4.0
"""Seconds in which the hub must say what it has; longer counts as not reachable."""

_STALL_TIMEOUT = 30.0
"""Seconds without a byte after which a transfer counts as broken."""

_RETRIES = 3
"""How often in a row a broken transfer is taken up again without a new byte arriving."""

_CHUNK = 2**18
_SHA256 = re.compile(r"[0-9a-f]{64}")


@attrs.frozen
class Listing:
    """What the hub says of a file; `url` is fixed to the revision that was described."""

    url: str
    host: str
    size: int
    sha256: str


async def look_up(source: HubFile) -> Listing:
    """Ask the hub for size and checksum of a file.

    The checksum is the entity tag that the hub gives files in large file storage: their sha256.

    Raises:
        SourceFailed: the hub cannot be reached within seconds, or has no such file.
    """
    url, headers = await asyncio.to_thread(_address, source, "main")
    host = httpx.URL(url).host
    try:
        async with _client(headers) as client:
            response = await asyncio.wait_for(_describe(client, url), _ANSWER_TIMEOUT)
    except asyncio.TimeoutError as error:
        raise SourceFailed(f"{host} did not answer within {_ANSWER_TIMEOUT:.0f} s") from error
    except httpx.HTTPError as error:
        raise SourceFailed(f"{host} cannot be reached ({_reason(error)})") from error
    if response.is_error:
        raise _refused(host, source, response.status_code)
    answer = response.headers
    sha256 = answer.get("X-Linked-Etag", answer.get("ETag", "")).strip('"')
    size = answer.get("X-Linked-Size", answer.get("Content-Length", ""))
    if not _SHA256.fullmatch(sha256) or not size.isdecimal():
        raise SourceFailed(f"{host} gives no checksum for {source.file}")
    url, _ = await asyncio.to_thread(_address, source, answer.get("X-Repo-Commit", "main"))
    return Listing(url, host, int(size), sha256)


async def fetch(source: HubFile, listing: Listing, assembly: Assembly, report: Report) -> None:
    """Append what is missing of the file.

    Raises:
        SourceFailed: the transfer broke and could not be taken up again.
    """
    await assembly.require(0)
    _, headers = await asyncio.to_thread(_address, source, "main")
    failures = 0
    async with _client(headers) as client:
        while assembly.size < assembly.expected:
            before = assembly.size
            try:
                await _transfer(client, source, listing, assembly, report)
                reason = "it ended early"
            except httpx.HTTPError as error:
                reason = _reason(error)
            failures = failures + 1 if assembly.size == before else 0
            if failures > _RETRIES:
                raise SourceFailed(f"the transfer from {listing.host} broke ({reason})")
            await asyncio.sleep(failures)


async def _transfer(
    client: httpx.AsyncClient,
    source: HubFile,
    listing: Listing,
    assembly: Assembly,
    report: Report,
) -> None:
    wanted = {"Range": f"bytes={assembly.size}-"} if assembly.size else {}
    async with client.stream("GET", listing.url, headers=wanted, follow_redirects=True) as response:
        if response.is_error:
            raise _refused(listing.host, source, response.status_code)
        begins = response.headers.get("Content-Range", "bytes 0-").partition("-")[0]
        if begins != f"bytes {assembly.size}":
            # A proxy or mirror that does not know ranges sends the file from its start.
            await assembly.restart()
        async for data in response.aiter_bytes(_CHUNK):
            await assembly.append(data)
            report(assembly.size)


async def _describe(client: httpx.AsyncClient, url: str) -> httpx.Response:
    """The hub's own answer for a file, before it leads on to a storage server.

    That redirect may be signed for GET alone, so only those of renamed repositories are followed.
    """
    response = await client.head(url)
    while response.next_request and "X-Linked-Etag" not in response.headers:
        response = await client.send(response.next_request)
    return response


def _address(source: HubFile, revision: str) -> tuple[str, dict[str, str]]:
    # Imported here because it costs 0.4 s, which only an install should pay.
    from huggingface_hub import constants, get_token, hf_hub_url

    if constants.HF_HUB_OFFLINE:
        raise SourceFailed("the hub is switched off by HF_HUB_OFFLINE")
    # The endpoint as it is set now: huggingface_hub keeps the one from its import.
    endpoint = os.environ.get("HF_ENDPOINT")
    url = hf_hub_url(source.repo, source.file, revision=revision, endpoint=endpoint)
    headers = {"User-Agent": "jedimind", "Accept-Encoding": "identity"}
    if token := get_token():
        headers["Authorization"] = f"Bearer {token}"
    return url, headers


@asynccontextmanager
async def _client(headers: dict[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    certificates = await asyncio.to_thread(httpx.create_ssl_context)
    timeout = httpx.Timeout(_STALL_TIMEOUT, connect=_ANSWER_TIMEOUT)
    async with httpx.AsyncClient(headers=headers, verify=certificates, timeout=timeout) as client:
        yield client


def _refused(host: str, source: HubFile, status: int) -> SourceFailed:
    if status in {401, 403}:
        return SourceFailed(
            f"{host} has no {source.repo}/{source.file} that is open to you "
            "(for a gated model set HF_TOKEN)"
        )
    if status == 404:
        return SourceFailed(f"{host} has no {source.repo}/{source.file}")
    return SourceFailed(f"{host} answered with HTTP {status}")


def _reason(error: httpx.HTTPError) -> str:
    return str(error) or type(error).__name__
