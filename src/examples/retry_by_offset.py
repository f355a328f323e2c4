"""Copies stdin to the child of the current session, and the child's output to stdout, each byte exactly once, however often
the connection is lost: python3 retry_by_offset.py http://127.0.0.1:8080 < input > output"""
import http.client, json, os, sys, threading, time, urllib.error, urllib.request

PIPE = sys.argv[1] + "/pipe"
HEADERS = {"Accept": "application/octet-stream, application/json", "Content-Type": "application/octet-stream"}


def ask(target, body=None):
    """Sends the very same request until it is answered; None at the end of the output."""
    while True:
        try:
            try:
                answer = urllib.request.urlopen(urllib.request.Request(PIPE + target, body, HEADERS), timeout=90)
            except urllib.error.HTTPError as refusal:
                answer = refusal
            with answer:
                content = answer.read()
            if answer.status < 300:
                return content
            if b"/problems/end-of-output" in content:
                return None
            if content and answer.status not in (408, 503):  # One without content broke off within its headers.
                raise RuntimeError(content.decode())
        except (OSError, http.client.HTTPException):
            pass  # The connection is lost, and perhaps an answer: what was done is not done again.
        time.sleep(0.1)


def write(offset):
    try:
        while chunk := os.read(0, 65536):
            ask(f"/write?{session}&offset={offset}", chunk)
            offset += len(chunk)
        ask(f"/write?{session}&offset={offset}&eof=true", b"")
    except Exception as failure:
        print(failure, file=sys.stderr)
        os._exit(1)


status = json.loads(ask(""))
session = "session=" + status["id"]
threading.Thread(target=write, args=[status["input"]["offset"]]).start()
offset = status["output"]["cursor"]
while (output := ask(f"/read?{session}&offset={offset}")) is not None:
    sys.stdout.buffer.write(output)
    sys.stdout.buffer.flush()
    offset += len(output)  # The next request confirms what has arrived, and asks for what follows.
