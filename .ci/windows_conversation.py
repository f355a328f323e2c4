#!/usr/bin/env python3
"""Talks over HTTP to the service in a Windows JVM, as .ci/windows starts it; the standard library alone.

Every check prints one line; the last one says how many passed and failed, and the exit code is 0 if none failed.
"""

import argparse
import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time

START_DEADLINE = 180
REPLY_DEADLINE = 30
DEATH_DEADLINE = 2

MESSAGE = b"Bingo hen shuai"
REPLY = b"Bingo Bingo"


def main():
    options = arguments()
    results = []
    with Service(options) as service:
        api = service.api
        for topology in ("duplex", "shared"):
            results.append(check(f"{options.rounds} rounds with profile bingo, {topology}",
                                 lambda: converse(api, "bingo", topology, options.rounds)))
        results.append(check(f"{options.rounds} rounds with a native Windows child",
                             lambda: converse(api, "original", "duplex", options.rounds)))
        results.append(check("binary bytes come back from profile agent", lambda: echo(api)))
        results.append(check("a session follows a session", lambda: repeat_sessions(api, 20)))
    for profile in ("original", "agent"):
        results.append(check(f"the child of profile {profile} ends with a killed service",
                             lambda: die_with_service(options, profile)))
    failed = results.count(False)
    print(f"service: {len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wine", required=True)
    parser.add_argument("--java", required=True, help="java.exe, as a path of this machine")
    parser.add_argument("--jar", required=True, help="the executable jar, likewise")
    parser.add_argument("--native-child", required=True, help="original_child.exe, likewise")
    parser.add_argument("--log", required=True, help="where the service's own output goes")
    parser.add_argument("--rounds", type=int, default=100)
    return parser.parse_args()


def check(name, action):
    began = time.monotonic()
    try:
        action()
    except Exception as problem:  # one failed check must not hide the others
        print(f"FAILED {name}: {type(problem).__name__}: {problem}", flush=True)
        return False
    print(f"passed {name} ({time.monotonic() - began:.1f} s)", flush=True)
    return True


# Checks


def converse(api, profile, topology, rounds):
    with session(api, profile, topology):
        for _ in range(rounds):
            api.ok("POST", "/pipe/write?append=nul", MESSAGE)
            expect(REPLY, read(api, len(REPLY)))


def echo(api):
    sent = bytes(range(256)) + random.Random(1).randbytes(200_000)
    with session(api, "agent", "duplex"):
        api.ok("POST", "/pipe/write?eof=true", sent)
        expect(sent, read(api, len(sent)))


def repeat_sessions(api, count):
    for _ in range(count):
        converse(api, "original", "duplex", 1)


def die_with_service(options, profile):
    with Service(options) as service:
        before = processes_of_prefix()
        service.api.create(profile, "duplex")
        children = processes_of_prefix() - before
        if not children:
            raise AssertionError("no child process was found")
        service.process.kill()
        deadline = time.monotonic() + DEATH_DEADLINE
        while children & processes_of_prefix():
            if time.monotonic() > deadline:
                raise AssertionError(f"still alive after {DEATH_DEADLINE} s: {children & processes_of_prefix()}")
            time.sleep(0.02)


def expect(expected, actual):
    if expected != actual:
        raise AssertionError(f"expected {expected[:60]!r} ({len(expected)}), got {actual[:60]!r} ({len(actual)})")


# The service


class Service:
    """The executable jar in a Windows JVM, killed at the end."""

    def __init__(self, options):
        self.port = free_port()
        self.api = Api(self.port)
        self.log = open(options.log, "ab")
        self.process = subprocess.Popen(
            [options.wine, options.java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
             "-jar", windows_path(options.jar),
             f"--server.port={self.port}",
             f"--pipe.children.original.command[0]={windows_path(options.native_child)}"],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    def __enter__(self):
        try:
            self.await_ready()
            return self
        except BaseException:
            self.__exit__()
            raise

    def await_ready(self):
        deadline = time.monotonic() + START_DEADLINE
        while True:
            if self.process.poll() is not None:
                raise AssertionError(f"the service ended with {self.process.returncode}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.api.request("GET", "/pipe/children")[0] == 200:
                    return
            if time.monotonic() > deadline:
                raise AssertionError(f"the service was not ready after {START_DEADLINE} s")
            time.sleep(0.2)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Api:
    def __init__(self, port):
        self.port = port

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_DEADLINE)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def ok(self, method, path, body=None, headers=None):
        status, answer = self.request(method, path, body, headers)
        if status not in (200, 201, 204):
            raise AssertionError(f"{method} {path} answered {status}: {answer[:500].decode(errors='replace')}")
        return answer

    def create(self, profile, topology):
        body = json.dumps({"child": profile, "topology": topology})
        self.ok("POST", "/pipe", body, {"Content-Type": "application/json"})


@contextlib.contextmanager
def session(api, profile, topology):
    api.create(profile, topology)
    try:
        yield
    finally:
        api.ok("DELETE", "/pipe")


def read(api, count):
    """As many bytes, which may come in parts; more than that is returned too, to be noticed."""
    received = b""
    deadline = time.monotonic() + REPLY_DEADLINE
    while len(received) < count:
        if time.monotonic() > deadline:
            raise AssertionError(f"only {received[:60]!r} ({len(received)} of {count}) came")
        received += api.ok("GET", "/pipe/read?timeout=5s", headers={"Accept": "application/octet-stream"})
    return received


# This machine


def windows_path(path):
    return "Z:" + os.path.abspath(path).replace("/", "\\")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes_of_prefix():
    """The processes that run in this Wine prefix; those that ended and were not reaped yet do not count."""
    marker = f"WINEPREFIX={os.environ['WINEPREFIX']}".encode()
    found = set()
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(OSError), open(f"/proc/{entry}/environ", "rb") as environment:
            if marker in environment.read().split(b"\0"):
                found.add(int(entry))
    return found


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
