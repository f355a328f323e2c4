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
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

START_DEADLINE = 180
REPLY_DEADLINE = 30
DEATH_DEADLINE = 2
STOP_GRACE = 2  # what profiles get that say nothing else
WARM_UP = 20
LEAK_CYCLES = 100
LEAK_NOISE = 20  # connections and threads come and go; a leak shows as at least one for each cycle

MESSAGE = b"Bingo hen shuai"
REPLY = b"Bingo Bingo"

MISBEHAVING = {
    "exit": ["exit", "5"],
    "random": ["random", "7", "300000", "4"],
    "silent": ["silent"],
    "leave-grandchild": ["leave-grandchild"],
    "keep-grandchild": ["keep-grandchild"],
}


def main():
    options = arguments()
    checks = Checks()
    with tempfile.TemporaryDirectory() as folder:
        options.folder = folder
        with Service(options) as service:
            api = service.api
            for topology in ("duplex", "shared"):
                checks.run(f"{options.rounds} rounds with profile bingo, {topology}",
                           converse, api, "bingo", topology, options.rounds)
            checks.run(f"{options.rounds} rounds with a native Windows child",
                       converse, api, "original", "duplex", options.rounds)
            checks.run("binary bytes come back from profile agent", echo, api)
            checks.run("a stream, and an observer", stream_and_observe, api)
            checks.run("a child that exits before it reads", exit_before_reading, api)
            for patient in (True, False, False, False):
                checks.run(f"a child that writes and exits at once, read {'later' if patient else 'at once'}",
                           write_and_exit, api, patient)
            checks.run("a grandchild that holds the pipe", outlived_by_grandchild, api)
            checks.run("a missing program", fail_to_launch, api, "missing", 2)
            checks.run("a file that is no program", fail_to_launch, api, "no-program", 193)
            checks.run("a batch file's argument that could become a command", fail_to_launch, api, "batch", 160)
            checks.run("a child that never reads", never_read, api)
            checks.run(f"{LEAK_CYCLES} sessions, each after the other, leave no handle", leave_no_handle, service,
                       lambda: converse(api, "original", "duplex", 1))
            checks.run(f"{LEAK_CYCLES} failed launches leave no handle", leave_no_handle, service,
                       lambda: fail_to_launch(api, "missing", 2))
            checks.run("a child and its grandchild end with a killed service",
                       die_with_service, service, "keep-grandchild", 2)
        with Service(options) as service:
            checks.run("a native child ends with a killed service", die_with_service, service, "original", 1)
        token = os.path.join(folder, "token.txt")
        with Service(options, f"--pipe.access.token-file={windows_path(token)}") as service:
            checks.run("a token that was made up", ask_for_token, service, token)
            checks.run("the child of profile agent ends with a killed service", die_with_service, service, "agent", 1)
    return checks.finish()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wine", required=True)
    parser.add_argument("--java", required=True, help="java.exe, as a path of this machine")
    parser.add_argument("--jar", required=True, help="the executable jar, likewise")
    parser.add_argument("--test-classes", required=True, help="where MisbehavingChild is, likewise")
    parser.add_argument("--original-child", required=True, help="original_child.exe, likewise")
    parser.add_argument("--native-child", required=True, help="native_child.exe, likewise")
    parser.add_argument("--log", required=True, help="where the service's own output goes")
    parser.add_argument("--rounds", type=int, default=100)
    return parser.parse_args()


class Checks:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def run(self, name, action, *parameters):
        began = time.monotonic()
        try:
            action(*parameters)
        except Exception as problem:  # one failed check must not hide the others
            print(f"FAILED {name}: {type(problem).__name__}: {problem}", flush=True)
            self.failed += 1
        else:
            print(f"passed {name} ({time.monotonic() - began:.1f} s)", flush=True)
            self.passed += 1

    def finish(self):
        print(f"service: {self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0


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


def stream_and_observe(api):
    sent = b"two\nlines\n"
    with session(api, "agent"), api.opened("/pipe/events") as events, api.opened("/pipe/stream") as stream:
        api.ok("POST", "/pipe/write", sent)
        expect(sent, stream.read(len(sent)))
        api.ok("POST", "/pipe/write?eof=true")
        expect(b"", stream.read())
        # All of it, though somebody else took it; then what became of the child.
        told = re.findall(rb"event: (\w+)\ndata: (.+)", events.read())
        expect(sent, b"".join(json.loads(data)["data"].encode() for name, data in told if name == b"output"))
        expect(b"exit", told[-1][0])
        expect(0, json.loads(told[-1][1])["exitCode"])


def exit_before_reading(api):
    with session(api, "exit"):
        for body in (bytes(3 * 1024 * 1024), b"more"):
            problem = api.problem(409, "child-exited", "POST", "/pipe/write", body)
            expect(5, problem["exitCode"])
        expect(5, api.status()["child"]["exitCode"])


def write_and_exit(api, patient):
    with session(api, "random"):
        if patient:
            await_true(lambda: api.status()["state"] == "exited" and api.status()["output"]["eof"], "its end")
        received = b""
        while True:
            answer = api.request("GET", "/pipe/read?timeout=10s", headers={"Accept": "application/octet-stream"})
            if answer.status != 200:
                break
            received += answer.body
            last = answer
        expect(java_random_bytes(7, 300_000), received)
        problem = answer.problem(410, "end-of-output")
        expect(4, api.status()["child"]["exitCode"])
        if patient:
            expect(4, problem["exitCode"])
            expect("true", last.headers["Pipe-Eof"])


def outlived_by_grandchild(api):
    before = processes_of_prefix()
    with session(api, "leave-grandchild"):
        pid = api.ok("GET", "/pipe/read?until=lf&timeout=20s").strip()
        if not pid.isdigit():
            raise AssertionError(f"no grandchild's pid: {pid!r}")
        # The child has nothing left to do; the grandchild holds its stdout and stderr.
        await_true(lambda: api.status()["state"] == "exited", "the child's exit", 5)
        expect(0, api.status()["child"]["exitCode"])
        # No more than the child's own output is waited for.
        began = time.monotonic()
        expect(0, api.problem(410, "end-of-output", "GET", "/pipe/read?timeout=20s")["exitCode"])
        faster_than(5, began, "the end of the output")
        grandchild = {process for process in processes_of_prefix() - before if command_line(process)[-1] == b"silent"}
        expect(1, len(grandchild))
        began = time.monotonic()
    faster_than(STOP_GRACE + 1, began, "DELETE")
    await_true(lambda: not grandchild & processes_of_prefix(), "the grandchild's end", DEATH_DEADLINE)


def fail_to_launch(api, profile, code):
    answer = api.create(profile, "duplex")
    problem = answer.problem(500, "child-launch-failed")
    expect(code, problem["osError"]["code"])
    expect("CreateProcess", problem["osError"]["operation"])
    api.problem(404, "no-session", "GET", "/pipe")


def never_read(api):
    with session(api, "silent"):
        problem = api.problem(503, "pipe-full", "POST", "/pipe/write?timeout=1s", bytes(1024 * 1024))
        if not 4096 <= problem["written"] < 1024 * 1024:
            raise AssertionError(f"{problem['written']} bytes were accepted")
        expect(problem["written"], problem["next"])
        expect(problem["next"], api.status()["input"]["offset"])
        began = time.monotonic()
    faster_than(STOP_GRACE + 1, began, "DELETE")


def leave_no_handle(service, action):
    for _ in range(WARM_UP):
        action()
    before = service.handles()
    if before < 100:
        raise AssertionError(f"a JVM with {before} handles: they are not counted")
    for _ in range(LEAK_CYCLES):
        action()
    await_true(lambda: service.handles() <= before + LEAK_NOISE, f"at most {LEAK_NOISE} handles more than {before}")


def die_with_service(service, profile, at_least):
    before = processes_of_prefix()
    service.api.created(profile, "duplex")
    if at_least > 1:
        service.api.ok("GET", "/pipe/read?until=lf&timeout=20s")
    children = processes_of_prefix() - before
    if len(children) < at_least:
        raise AssertionError(f"{len(children)} child processes were found")
    service.process.kill()
    await_true(lambda: not children & processes_of_prefix(), "the descendants' end", DEATH_DEADLINE)


def ask_for_token(service, file):
    with open(file, encoding="ascii") as content:
        token = content.read().strip()
    expect(64, len(token))
    # What Wine makes of an access control list that names the owner alone: nothing for others.
    expect(0, os.stat(file).st_mode & 0o007)
    for wrong in (None, "x" * len(token)):
        answer = Api(service.port, wrong).request("GET", "/pipe/children")
        answer.problem(401, "unauthorized")
        expect("Bearer", answer.headers["WWW-Authenticate"][:6])
    service.api.token = token
    expect(200, service.api.request("GET", "/pipe/children").status)
    with open(service.log.name, "rb") as log:
        expect(False, token.encode() in log.read())


def expect(expected, actual):
    if expected == actual:
        return
    if isinstance(expected, bytes):
        raise AssertionError(f"expected {expected[:60]!r} ({len(expected)}), got {actual[:60]!r} ({len(actual)})")
    raise AssertionError(f"expected {expected!r}, got {actual!r}")


def await_true(condition, what, seconds=REPLY_DEADLINE):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come in {seconds} s")
        time.sleep(0.02)


def faster_than(seconds, began, what):
    took = time.monotonic() - began
    if took > seconds:
        raise AssertionError(f"{what} took {took:.1f} s, longer than {seconds} s")


def java_random_bytes(seed, count):
    """What java.util.Random.nextBytes gives."""
    state = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1)
    result = bytearray()
    while len(result) < count:
        state = (state * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        result += (state >> 16 & 0xFFFFFFFF).to_bytes(4, "little")
    return bytes(result[:count])


# The service


class Service:
    """The executable jar in a Windows JVM, killed at the end."""

    def __init__(self, options, *settings):
        self.options = options
        self.port = free_port()
        self.api = Api(self.port)
        self.log = open(options.log, "ab")
        self.process = subprocess.Popen(
            [options.wine, options.java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
             "-jar", windows_path(options.jar),
             f"--server.port={self.port}", "--management.info.process.enabled=true",
             *self.children(), *settings],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT)

    def children(self):
        no_program = os.path.join(self.options.folder, "notes.exe")
        batch = os.path.join(self.options.folder, "show.cmd")
        for file in (no_program, batch):
            with open(file, "w", encoding="ascii") as content:
                content.write("echo off\r\n")
        profiles = {
            "original": [windows_path(self.options.original_child)],
            "missing": [windows_path(os.path.join(self.options.folder, "missing.exe"))],
            "no-program": [windows_path(no_program)],
            "batch": [windows_path(batch), "\"&calc.exe"],
        }
        for name, mode in MISBEHAVING.items():
            profiles[name] = [windows_path(self.options.java), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                              "-XX:-PrintWarnings", "-cp", windows_path(self.options.test_classes),
                              "io.piperelay.child.MisbehavingChild", *mode]
        return [f"--pipe.children.{name}.command[{index}]={part}"
                for name, command in profiles.items() for index, part in enumerate(command)]

    def __enter__(self):
        try:
            await_true(self.is_ready, "the service", START_DEADLINE)
            return self
        except BaseException:
            self.__exit__()
            raise

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the service ended with {self.process.returncode}")
        time.sleep(0.2)
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.api.request("GET", "/pipe/children").status in (200, 401)
        return False

    def handles(self):
        """How many the Windows process has open."""
        pid = json.loads(self.api.ok("GET", "/actuator/info"))["process"]["pid"]
        counted = subprocess.run([self.options.wine, self.options.native_child, "handles", str(pid)],
                                 stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True, timeout=REPLY_DEADLINE)
        return int(counted.stdout)

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.log.close()


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def problem(self, status, name):
        """The problem document, which must be this one."""
        if self.status != status:
            raise AssertionError(f"expected {status} {name}, got {self}")
        document = json.loads(self.body)
        expect(name, document["type"].rsplit("/", 1)[-1])
        return document

    def __str__(self):
        return f"{self.status}: {self.body[:500].decode(errors='replace')}"


class Api:
    def __init__(self, port, token=None):
        self.port = port
        self.token = token

    def request(self, method, path, body=None, headers=None):
        if self.token:
            headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_DEADLINE)
        try:
            connection.request(method, path, body, headers or {})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    @contextlib.contextmanager
    def opened(self, path):
        """An answer that is still to come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=REPLY_DEADLINE)
        try:
            connection.request("GET", path)
            yield connection.getresponse()
        finally:
            connection.close()

    def ok(self, method, path, body=None, headers=None):
        answer = self.request(method, path, body, headers)
        if answer.status not in (200, 201, 204):
            raise AssertionError(f"{method} {path} answered {answer}")
        return answer.body

    def problem(self, status, name, method, path, body=None):
        return self.request(method, path, body).problem(status, name)

    def status(self):
        return json.loads(self.ok("GET", "/pipe"))

    def create(self, profile, topology):
        body = json.dumps({"child": profile, "topology": topology})
        return self.request("POST", "/pipe", body, {"Content-Type": "application/json"})

    def created(self, profile, topology):
        answer = self.create(profile, topology)
        if answer.status != 201:
            raise AssertionError(f"POST /pipe answered {answer}")


@contextlib.contextmanager
def session(api, profile, topology="duplex"):
    api.created(profile, topology)
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


def command_line(process):
    with contextlib.suppress(OSError), open(f"/proc/{process}/cmdline", "rb") as content:
        return content.read().rstrip(b"\0").split(b"\0")
    return [b""]


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
