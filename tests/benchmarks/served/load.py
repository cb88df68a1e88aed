"""A small load on loopback: a few connections that stay open, each asking again as soon as it was answered."""

import itertools
import socket
import threading
import time
from collections.abc import Sequence

CONNECTIONS = 6


def rate(ports: int | Sequence[int], paths: Sequence[str], headers: str, seconds: float) -> float:
    """Give answers per second over `seconds`; an answer other than 200 ends the measurement.

    Several `ports` share the connections between them.
    """
    listening = [ports] if isinstance(ports, int) else ports
    requests = [
        f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Accept: */*\r\n\r\n".encode("ascii") for path in paths
    ]
    counted: list[int] = []
    faults: list[Exception] = []
    end = time.perf_counter() + seconds

    def ask(place: int) -> None:
        try:
            first = place * len(requests) // CONNECTIONS
            counted.append(_ask(listening[place % len(listening)], requests[first:] + requests[:first], end))
        except (AssertionError, OSError, ValueError) as fault:
            faults.append(fault)

    begun = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(place,)) for place in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return sum(counted) / (time.perf_counter() - begun)


def _ask(port: int, requests: Sequence[bytes], end: float) -> int:
    answered = 0
    with socket.create_connection(("127.0.0.1", port), timeout=30) as channel:
        channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for request in itertools.cycle(requests):
            channel.sendall(request)
            _read(channel)
            answered += 1
            if time.perf_counter() > end:
                return answered
    return answered


def _read(channel: socket.socket) -> None:
    """Read one answer whole."""
    block = channel.recv(1 << 16)
    while b"\r\n\r\n" not in block:
        more = channel.recv(1 << 16)
        assert more, "the server hung up"
        block += more
    head, _, body = block.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), (head + b"\n" + body)[:2000]
    lines = head.lower().split(b"\r\n")
    length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), None)
    chunked = b"transfer-encoding: chunked" in lines
    got, tail = len(body), body
    while (length is not None and got < length) or (chunked and not tail.endswith(b"0\r\n\r\n")):
        more = channel.recv(1 << 18)
        assert more, "the server hung up"
        got, tail = got + len(more), (tail + more)[-8:]
