"""A miner of Cosmic Harmony that speaks its dialect to the letter, and what finds its nonces."""
import json
import socket
import subprocess

from harness import BUILD


class Search:
    """Finds nonces at the speed of a machine."""

    def __init__(self, *function):
        self.process = subprocess.Popen([BUILD / "bin/cosmic_search", *function], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self, data, target, first=0, last=0xFFFFFFFF):
        self.process.stdin.write(f"{data} {target:x} {first:x} {last:x}\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        return None if answer == ["none"] else answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(60)


class Lines:
    """The lines of a socket, and what was read beyond the last one."""

    def __init__(self, socket):
        self.socket, self.rest = socket, b""

    def readline(self):
        """Empty when the other side has closed."""
        while b"\n" not in self.rest:
            part = self.socket.recv(65536)
            if not part:
                return ""
            self.rest += part
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode() + "\n"


class Miner:
    """Cosmic Harmony over Stratum as the GPU miner of ZION 2.8.2 speaks it."""

    def __init__(self, port, source="127.0.0.1", wrap=lambda plain: plain):
        """From `source`; `wrap` makes TLS, or whatever comes first, of the connected socket."""
        self.socket = wrap(socket.create_connection(("127.0.0.1", port), 60, (source, 0)))
        self.lines = Lines(self.socket)
        self.id = 0
        self.job = self.difficulty = None

    def ask(self, method, *params):
        self.id += 1
        self.send(json.dumps({"id": self.id, "method": method, "params": params}) + "\n")
        while True:
            message = self.read()
            if message["id"] == self.id:
                return message

    def send(self, text):
        self.socket.sendall(text.encode())

    def read(self):
        line = self.lines.readline()
        assert line, "the pool closed the connection"
        message = json.loads(line)
        if message.get("method") == "mining.set_difficulty":
            self.difficulty = message["params"][0]
        elif message.get("method") == "mining.notify":
            self.job = message["params"]
        return message

    def wait_for_job(self):
        while self.job is None:
            self.read()
        return self.job

    def log_in(self, user):
        answer = self.ask("mining.subscribe", "miner/1.0")
        assert answer["error"] is None and answer["result"][0] == ["mining.set_difficulty", "mining.notify"], answer
        assert len(answer["result"][1]) == 8 and answer["result"][2] == 8, answer
        answer = self.ask("mining.authorize", user, "cosmic_harmony")
        assert answer["result"] is True, answer
        self.wait_for_job()

    def submit(self, user, job, nonce, digest):
        return self.ask("mining.submit", user, job, nonce, digest)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
