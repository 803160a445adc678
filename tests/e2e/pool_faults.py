#!/usr/bin/env python3
"""The pool among broken and hostile clients: each fault is answered or closed within its bounds of memory and time, the node stays
healthy, and a miner beside it is served on."""
import contextlib
import ctypes.util
import hashlib
import json
import random
import resource
import select
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import threading
import time
import urllib.parse

from harness import Folder, Node, free_port, http, main, wait_for
from stratum import Miner

CONFIG = """
node: {{name: pool-faults}}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: pool
    config:
      work: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 1000}}]
      login_timeout: 5s
      line_timeout: 2s
{more}
"""
RSS_GROWTH_MAX = 16 << 20  # whatever is done to it; the C pool of our measurements grew by 146 MB in 4 s
PROXY = b"\r\n\r\n\0\r\nQUIT\n"


class Pool:
    """A node with a pool and an honest miner, which must be served as long as the node is used; `miner` None: its end was part of the test."""

    def __init__(self, folder, more="", prefix=(), web=None):
        self.port = free_port()
        indented = "".join(f"      {line}\n" for line in more.splitlines())
        gateway = f'  - id: gateway\n    config: {{listen: "127.0.0.1:{web}"}}\n' if web else ""
        self.node = Node(folder, CONFIG.format(port=self.port, more=indented) + gateway, prefix=prefix)

    def __enter__(self):
        self.node.start()
        self.miner = Miner(self.port, "127.99.99.1")
        self.miner.log_in("ZION_honest.rig")
        self.began_with = self.rss()
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and self.miner:
                self.serves()
                grown = self.rss() - self.began_with
                assert grown < RSS_GROWTH_MAX, f"it grew by {grown >> 20} MiB"
                self.miner.__exit__()
                assert self.node.stop() == 0, self.node.log()
        finally:
            self.node.__exit__()

    def rss(self):
        with open(f"/proc/{self.node.process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) << 10

    def serves(self):
        assert self.miner.ask("mining.ping")["result"] == "pong"
        assert self.node.plugin("pool")["state"] == "running", self.node.log()

    def connect(self, source="127.1.1.1", hardly_reads=False):
        """`hardly_reads`: its window is small from the start. To make it so later would leave sent bytes and their
        acknowledgements outside of it, and the connection would stand still."""
        one = socket.socket()
        if hardly_reads:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.settimeout(60)
        one.bind((source, 0))
        one.connect(("127.0.0.1", self.port))
        return one

    def hear(self, words, source="127.1.1.1"):
        """All that is answered until the pool closes."""
        with self.connect(source) as one:
            one.sendall(words)
            return read_all(one)


def read_all(one):
    heard = b""
    with contextlib.suppress(ConnectionResetError):
        while part := one.recv(65536):
            heard += part
    return heard


def is_closed(one):
    """Whether the pool has closed it by now."""
    one.setblocking(False)
    try:
        while one.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def is_served(one):
    """Whether the pool answers it; else it has closed it."""
    with contextlib.suppress(OSError):
        one.sendall(b'{"id":1,"method":"mining.subscribe","params":[]}\n')
        return one.recv(1) != b""
    return False


def proxy_header(source="203.0.113.5", family=0x11, body=None):
    body = socket.inet_aton(source) + socket.inet_aton("10.0.0.1") + struct.pack(">HH", 4000, 3333) if body is None else body
    return PROXY + struct.pack(">BBH", 0x21, family, len(body)) + body


def tls(plain):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(plain)


def a_line_that_is_no_request_is_told_so_and_the_fifth_ends_the_connection():
    lines = ['{"id":1}', '{"id":1,"method":5}', '{"id":1,"method":"mining.submit"}', '{"id":1,"method":"mining.submit","params":{}}',
             '{"id":1,"method":"mining.submit","params":["a","b",1,2]}', '{"id":18446744073709551616,"method":"mining.submit","params":[]}',
             '{"id":1,"method":"mining.authorize","params":[1e999,null]}', '{"id":1,"method":"mining.suggest_difficulty","params":[1e999]}',
             '{"id":1,"method":"mining.suggest_difficulty","params":[-1]}', '{"id":1,"method":"mining.authorize","params":["a\\u0000b","x"]}',
             '{"id":1,"method":"mining.authorize","params":["\\ud800","x"]}', '{"id":1,"method":"mining.authorize","params":["\udcff","x"]}',
             '{"id":1,"method":"mining.authorize","params":["a\\u202eb","x"]}', '{"id":1,"method":"mining.authorize","params":[".rig","x"]}',
             '{"id":1,"method":"mining.authorize","params":["' + "W" * 257 + '","x"]}', '{"id":"\udcff","method":"mining.ping","params":[]}',
             "[" * 5000, '{"a":' * 1000 + "1" + "}" * 1000, "null", '"text"', "{", "\0" * 100]
    # Odd, but requests: answered, and no reason to close.
    odd = ['{"id":1,"method":"mining.submit","params":["w","zion_ch_99999999999999999999","00000000","' + "0" * 64 + '"]}',
           '{"id":1,"id":1,"method":"mining.ping","method":"mining.submit","params":[],"params":["w","zion_ch_1","00000000","' + "f" * 64 + '"]}',
           '{"id":1e999,"method":"mining.authorize","params":["ZION_\u00e9.\\ud83d\\ude00\\r","d=1e999,x\\u0007"]}']
    with Folder() as folder, Pool(folder) as pool:
        for line in lines + odd:
            raw = line.encode(errors="surrogateescape") + b"\n"
            with Miner(pool.port) as miner:
                miner.log_in("ZION_A")
                for _ in range(4):
                    miner.socket.sendall(raw)
                assert miner.ask("mining.ping")["result"] == "pong", line
            if line in odd:
                continue
            heard = pool.hear(b'{"id":0,"method":"mining.subscribe","params":[]}\n' + raw * 6)
            assert heard.count(b"\n") == 6 and b'"error"' in heard, (line, heard)


def a_client_that_never_reads_is_dropped_at_its_cap():
    with Folder() as folder, Pool(folder) as pool:
        with pool.connect(hardly_reads=True) as greedy:
            greedy.setblocking(False)
            ping = b'{"id":1,"method":"mining.ping","params":[]}\n' * 1000
            greedy.send(b'{"id":0,"method":"mining.subscribe","params":[]}\n')

            def is_dropped():
                try:
                    for _ in range(100):
                        greedy.send(ping)
                except BlockingIOError:
                    return False
                except OSError:
                    return True
            wait_for("the client that never reads to be dropped", is_dropped, 30, every=0.01)


def a_hundred_clients_that_never_read_cost_no_more_than_their_caps():
    with Folder() as folder, Pool(folder, "limits: {requests: 4000000}") as pool:
        ping = b'{"id":1,"method":"mining.ping","params":[]}\n' * 200
        many = [pool.connect(hardly_reads=True) for _ in range(100)]
        for one in many:
            one.setblocking(False)
            one.send(b'{"id":0,"method":"mining.subscribe","params":[]}\n')
        most = 0

        def all_are_dropped():
            nonlocal most
            for one in list(many):
                try:
                    for _ in range(20):
                        one.send(ping)
                except BlockingIOError:
                    pass
                except OSError:
                    many.remove(one)
                    one.close()
            most = max(most, pool.rss() - pool.began_with)
            return not many
        wait_for("100 clients that never read to be dropped", all_are_dropped, 60, every=0.01)
        assert most < RSS_GROWTH_MAX, f"it grew by {most >> 20} MiB"


def half_lines_and_slow_ones_end_in_time():
    with Folder() as folder, Pool(folder) as pool:
        halves = [pool.connect() for _ in range(200)]
        for i, one in enumerate(halves):
            one.sendall(b'{"id":1,"method":"mining.subscribe","params":[]}\n{"id":' if i % 2 else b'{"id":')
        loris = Miner(pool.port)
        loris.log_in("ZION_loris")
        with contextlib.suppress(OSError):
            end = time.monotonic() + 30
            while time.monotonic() < end:
                loris.socket.sendall(b" ")
                time.sleep(0.2)
        assert time.monotonic() < end, "a line may take for ever"
        wait_for("200 half lines to be closed", lambda: all(is_closed(one) for one in halves), 30)
        for one in halves:
            one.close()
        loris.__exit__()


def a_browser_is_told_where_it_is():
    with Folder() as folder, Pool(folder) as pool:
        for words in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"POST /json_rpc HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"):
            heard = pool.hear(words)
            assert heard.startswith(b"HTTP/1.1 400 ") and b"stratum+tcp://" in heard, heard


def one_port_speaks_plain_and_tls_with_a_certificate_that_miners_can_pin():
    with Folder() as folder, Pool(folder) as pool:
        fingerprints = set()
        for _ in range(2):
            with Miner(pool.port, wrap=tls) as miner:
                miner.log_in("ZION_A.tls")
                assert miner.ask("mining.ping")["result"] == "pong"
                fingerprints.add(hashlib.sha256(miner.socket.getpeercert(True)).hexdigest())
                assert miner.socket.version() in ("TLSv1.2", "TLSv1.3")
            pool.serves()
        assert len(fingerprints) == 1 and fingerprints.pop() in pool.node.log()
        # The browser's other try, and a request in pieces over records.
        secure = tls(pool.connect())
        secure.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert b"400 " in read_all(secure)
        with Miner(pool.port, wrap=tls) as miner:
            for piece in ('{"id":7,"meth', 'od":"mining.subscribe","par', 'ams":[]}\n'):
                miner.send(piece)
            assert miner.read()["id"] == 7


def records_of_tls_may_be_full_and_keys_are_agreed_on_once():
    with Folder() as folder, Pool(folder) as pool:
        with Miner(pool.port, wrap=tls) as miner:
            miner.log_in("ZION_A.tls")
            count = 2000  # 88 kB: records as large as they may be, with lines across their ends
            miner.socket.sendall(b'{"id":77,"method":"mining.ping","params":[]}\n' * count)
            for _ in range(count):
                assert miner.read() == {"id": 77, "result": "pong", "error": None}
        if shutil.which("openssl") is None:
            return
        # A line with nothing but R asks for other keys: TLS 1.2 lets a client do so, and a pool does not.
        talk = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{pool.port}", "-tls1_2"], input=b"R\n" * 3,
                              capture_output=True, timeout=60, check=False)
        said = talk.stdout + talk.stderr
        assert b"RENEGOTIATING" in said and b"no renegotiation" in said, said


class NewKeys:
    """A client of TLS 1.3 that does nothing but ask for new keys. The protocol lets it do so as often as it likes; Python's own module
    does not, so this is OpenSSL."""

    NAME = ctypes.util.find_library("ssl")
    REQUESTED, WANT_READ, WANT_WRITE = 1, 2, 3

    def __init__(self, connected):
        self.openssl, pointer = ctypes.CDLL(self.NAME), ctypes.c_void_p
        for function in ("TLS_client_method", "SSL_CTX_new", "SSL_new"):
            getattr(self.openssl, function).restype = pointer
        connected.settimeout(None)
        self.ssl = pointer(self.openssl.SSL_new(pointer(self.openssl.SSL_CTX_new(pointer(self.openssl.TLS_client_method())))))
        assert self.openssl.SSL_set_fd(self.ssl, connected.fileno()) == 1 and self.openssl.SSL_connect(self.ssl) == 1
        words = b'{"id":0,"method":"mining.subscribe","params":[]}\n{"id":1,"method":"mining.authorize","params":["ZION_A","x"]}\n'
        assert self.openssl.SSL_write(self.ssl, words, len(words)) == len(words)
        connected.setblocking(False)

    def ask(self, count):
        """As often as the socket takes it. True: the pool has closed it."""
        for _ in range(count):
            self.openssl.SSL_key_update(self.ssl, self.REQUESTED)
            done = self.openssl.SSL_do_handshake(self.ssl)
            if done != 1:
                return self.openssl.SSL_get_error(self.ssl, done) not in (self.WANT_READ, self.WANT_WRITE)
        return False


def whoever_asks_for_new_keys_and_does_not_read_them_is_dropped():
    if NewKeys.NAME is None:
        return
    with Folder() as folder, Pool(folder) as pool, pool.connect(hardly_reads=True) as one:
        client = NewKeys(one)
        wait_for("it to be dropped", lambda: client.ask(2000), 60, every=0.001)


def whoever_asks_for_new_keys_without_end_takes_turns_and_is_closed():
    if NewKeys.NAME is None:
        return
    with Folder() as folder, Pool(folder, "limits: {requests: 3000}") as pool, pool.connect() as one:
        client = NewKeys(one)

        def flood():
            with contextlib.suppress(OSError):
                while not client.ask(200):
                    with contextlib.suppress(BlockingIOError):
                        while one.recv(1 << 20):
                            pass
        flooding = threading.Thread(target=flood)
        flooding.start()
        while flooding.is_alive():
            assert pool.miner.ask("mining.ping")["result"] == "pong"
            flooding.join(0.1)


def garbage_of_every_kind_ends_soon():
    seeded = random.Random(5)
    with Folder() as folder, Pool(folder) as pool:
        for first in (b"\x16\x03\x01\x02\x00\x01", b"\x16\x03\x01\xff\xff", b"\x16" * 300, b"\x80\x2e\x01\x00\x02", b""):
            for _ in range(20):
                with pool.connect() as one:
                    with contextlib.suppress(OSError):
                        one.sendall(first + seeded.randbytes(seeded.randrange(1, 3000)))
                        one.shutdown(socket.SHUT_WR)
                    read_all(one)
        pool.serves()
        # A handshake that stops.
        stopped = pool.connect()
        stopped.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc")
        wait_for("the handshake to be given up", lambda: is_closed(stopped), 20)
        stopped.close()


def a_line_without_end_is_cut_off():
    with Folder() as folder, Pool(folder) as pool:
        assert b"too long" in pool.hear(b'{"id":1,"method":"' + b"x" * 9000)
        with pool.connect() as one:
            sent = 0
            with contextlib.suppress(OSError):
                while sent < 256 << 20:
                    one.sendall(b"x" * 65536)
                    sent += 65536
            assert sent < 256 << 20, "it reads for ever"


def a_flood_of_connections_from_one_address_is_refused_and_its_neighbours_are_not():
    with Folder() as folder, Pool(folder, "connections_per_address: 20\nlimits: {connects: 60}") as pool:
        many = [pool.connect("127.1.1.1") for _ in range(50)]
        assert sum(is_served(one) for one in many) == 20
        with Miner(pool.port, "127.1.1.2") as neighbour:
            neighbour.log_in("ZION_B")
        for one in many:
            one.close()
        seen = [pool.connect("127.2.2.2") for _ in range(3)]  # of its own 60 in the minute
        for one in seen:
            one.close()
        wait_for("connections of the address to be possible", lambda: pool.node.plugin("pool")["view"]["connections"] == 1)
        refused = 0
        for _ in range(70):
            with pool.connect("127.1.1.1") as one:
                refused += not is_served(one)
        assert refused >= 10, refused


def ten_thousand_connections_of_one_address_take_no_more_than_its_part():
    with Folder() as folder, Pool(folder) as pool:
        open_ones, refused = [], 0
        for i in range(10_000):
            with contextlib.suppress(OSError):
                open_ones.append(pool.connect("127.1.1.1"))
            if i % 200 == 199:
                pool.serves()
                closed = [one for one in open_ones if is_closed(one)]
                refused += len(closed)
                for one in closed:
                    one.close()
                open_ones = [one for one in open_ones if one not in closed]
        wait_for("all but 1,000 to be refused", lambda: sum(not is_closed(one) for one in open_ones) <= 1000, 30)
        assert refused > 0
        with Miner(pool.port, "127.1.1.2") as neighbour:
            neighbour.log_in("ZION_B")
        for one in open_ones:
            one.close()


def names_are_text_wherever_they_are_shown():
    web = free_port()

    def get(path, status=200):
        got, body = http(f"http://127.0.0.1:{web}{path}")
        assert got == status, (path, got, body)
        return body
    wallet, rig = 'ZION_"\\{}</script>\u00e9\'', '\U0001f600",}x'
    with Folder() as folder, Pool(folder, web=web) as pool, Miner(pool.port) as miner:
        answer = miner.ask("mining.subscribe", 'm/1.0 "\\\u009b31m\u202e\x07{}')
        assert answer["error"] is None, answer
        assert miner.ask("mining.authorize", f"{wallet}.{rig}", "x")["result"] is True
        workers = json.loads(get("/api/v1/pool/workers"))["workers"]
        shown = next(one for one in workers if one["wallet"] == wallet)
        assert shown["worker"] == rig and shown["agent"] == 'm/1.0 "\\31m{}', shown
        for path in ("/api/v1/pool", "/api/stats", "/api/pool", "/api/health"):
            json.loads(get(path))
        # What an error repeats of a request is text too.
        assert json.loads(get("/api/v1/pool/miners/" + urllib.parse.quote(wallet.replace("/", ""), safe=""), 404))
        assert "detail" in json.loads(get("/api/v1/pool/miners/%ff", 400))
        assert "detail" in json.loads(get("/api/v1/pool/workers?limit=%ff%22", 400))
        assert json.loads(get("/api/v1/pool/workers?wallet=%ff"))["workers"] == []
        metrics = get("/metrics")
        metrics = metrics if isinstance(metrics, str) else metrics.decode()
        assert "zion_pool_open_connections" in metrics and "script" not in metrics
        assert wallet in pool.node.ctl("pool", "workers").stdout
        unknown = pool.node.ctl("pool", "unban", "\udcff\u00e9", check=False)
        assert unknown.returncode == 64 and "UTF-8" in unknown.stderr, unknown
        unknown = pool.node.ctl("pool", "unban", 'nobody"\u00e9' * 60, check=False)
        assert unknown.returncode != 0 and "nobody" in unknown.stderr, unknown
        assert pool.node.ctl("pool", "ban", f"{wallet}.{rig}").returncode == 0
        pool.node.log().encode()  # it was read as UTF-8


def floods_of_requests_are_refused_and_then_closed():
    with Folder() as folder, Pool(folder, "limits: {logins: 10, submits: 20, requests: 30}") as pool:
        with Miner(pool.port, "127.1.1.1") as miner:
            miner.ask("mining.subscribe", "m")
            answers = [miner.ask("mining.authorize", f"ZION_{i}", "x") for i in range(15)]
            assert [a["result"] for a in answers[:10]] == [True] * 10, answers
            assert "too many logins" in answers[-1]["error"]["message"], answers[-1]
            answers = [miner.ask("mining.submit", "ZION_9", "zion_ch_000777", "00000000", "0" * 64) for _ in range(25)]
            assert answers[0]["error"]["message"] == "Stale share" and "too many shares" in answers[-1]["error"]["message"], answers
            heard = b""
            miner.socket.sendall(b'{"id":1,"method":"mining.ping","params":[]}\n' * 400)
            heard = read_all(miner.socket)
            assert b"too many requests" in heard
        with Miner(pool.port, "127.2.1.1") as other:
            other.log_in("ZION_C")


def who_is_trusted_has_no_limits():
    with Folder() as folder, Pool(folder, 'connections_per_address: 2\nlimits: {connects: 5, logins: 5, submits: 5}\ntrusted: ["127.5.0.0/16"]') as pool:
        miners = []
        for i in range(20):
            miner = Miner(pool.port, "127.5.1.1")
            miners.append(miner)
            miner.log_in(f"ZION_F.{i}")
            assert miner.submit("ZION_F", "zion_ch_000777", "00000000", "0" * 64)["error"]["message"] == "Stale share"
        for miner in miners:
            miner.__exit__()


def an_address_that_only_does_harm_is_shut_out_for_a_while():
    with Folder() as folder, Pool(folder, "limits: {faults: 5, ban_time: 6s}") as pool:
        for _ in range(5):
            assert b'"error"' in pool.hear(b"nonsense\n" * 5, "127.1.1.1")
        pool.hear(b"nonsense\n" * 5, "127.1.1.1")
        assert pool.hear(b"", "127.1.1.1") == b"", "it is shut out"
        wait_for("a word about it", lambda: "127.1.1.1 is shut out" in pool.node.log())
        with Miner(pool.port, "127.1.1.2") as neighbour:
            neighbour.log_in("ZION_B")

        def may_again():
            with contextlib.suppress(AssertionError, OSError), Miner(pool.port, "127.1.1.1") as one:
                one.log_in("ZION_A")
                return True
        wait_for("the ban to end", may_again, every=0.5)


def a_proxy_header_counts_from_a_proxy_and_from_nobody_else():
    with Folder() as folder, Pool(folder, 'proxies: ["127.7.0.0/16"]\nconnections_per_address: 2') as pool:
        assert b"may not send a PROXY header" in pool.hear(proxy_header() + b"{}\n", "127.1.1.1")
        assert b"version 1" in pool.hear(b"PROXY TCP4 203.0.113.5 10.0.0.1 4000 3333\r\n", "127.7.1.1")
        assert b"must begin with" in pool.hear(b'{"id":1,"method":"mining.subscribe","params":[]}\n', "127.7.1.1")
        assert b"shorter" in pool.hear(proxy_header(body=b"\1\2\3"), "127.7.1.1")
        silent = pool.connect("127.7.1.1")
        wait_for("the proxy that says nothing to be closed", lambda: is_closed(silent), 20)
        silent.close()

        def behind(source, then=lambda plain: plain):
            def wrap(plain):
                header = proxy_header(source)
                for byte in header[:20]:
                    plain.sendall(bytes([byte]))
                plain.sendall(header[20:])
                return then(plain)
            return wrap
        # The proxy's own address has no part in the count: six miners of three addresses come through it.
        miners = []
        for i in range(6):
            miner = Miner(pool.port, "127.7.1.1", behind(f"203.0.113.{i // 2}", tls if i % 2 else lambda plain: plain))
            miners.append(miner)
            miner.log_in(f"ZION_P.{i}")
        with pool.connect("127.7.1.1") as third:
            third.sendall(proxy_header("203.0.113.1"))
            assert read_all(third) == b""
        for miner in miners:
            miner.__exit__()


def few_open_files_leave_a_node_that_works_and_says_what_to_set():
    with Folder() as folder, Pool(folder, prefix=("prlimit", "--nofile=256:256")) as pool:
        assert "LimitNOFILE=" in pool.node.log(), pool.node.log()
        many = []
        for _ in range(200):
            many.append(pool.connect())
            many[-1].sendall(b'{"id":1,"method":"mining.subscribe","params":[]}\n')
        wait_for("72 or more of 200 to be refused", lambda: sum(is_closed(one) for one in many) >= 72)
        pool.serves()
        for one in many:
            one.close()

        def has_room():
            with contextlib.suppress(AssertionError, OSError), Miner(pool.port) as one:
                one.log_in("ZION_A")
                return True
        wait_for("room for a miner", has_room, 20)

        # Even when something else took the descriptors: the loop does not spin, and goes on when there are some again.
        process = pool.node.process.pid
        limits = resource.prlimit(process, resource.RLIMIT_NOFILE)
        resource.prlimit(process, resource.RLIMIT_NOFILE, (8, limits[1]))
        with pool.connect() as waits:
            waits.sendall(b'{"id":1,"method":"mining.subscribe","params":[]}\n')
            wait_for("the warning", lambda: "cannot accept a connection" in pool.node.log())
            assert pool.miner.ask("mining.ping")["result"] == "pong"
            resource.prlimit(process, resource.RLIMIT_NOFILE, limits)
            assert json.loads(waits.makefile().readline())["id"] == 1


def a_pool_that_goes_down_says_so_and_sends_its_miners_away_one_after_the_other():
    with Folder() as folder, Pool(folder, 'drain_time: 6s\nreconnect: "other.example:4444"') as pool:
        miners = []
        for i in range(20):
            miners.append(Miner(pool.port))
            miners[-1].log_in(f"ZION_D.{i}")
        pool.node.process.send_signal(signal.SIGTERM)
        heard = {miner: b"" for miner in miners}

        def sent_away():
            for miner in miners:
                while readable(miner.socket) and (part := miner.socket.recv(65536)):
                    heard[miner] += part
            return sum(b"client.reconnect" in words for words in heard.values())
        first = wait_for("the first miners to be sent away", sent_away, every=0.02)
        assert first < len(miners), "all at once"
        wait_for("the others to be sent away", lambda: sent_away() == len(miners), every=0.02)
        for words in heard.values():
            assert b'"client.reconnect","params":["other.example","4444",0]' in words, words
        assert pool.node.process.wait(60) == 0, pool.node.log()
        pool.miner.__exit__()
        pool.miner = None


def readable(one):
    return bool(select.select([one], [], [], 0)[0])


main(a_line_that_is_no_request_is_told_so_and_the_fifth_ends_the_connection,
     a_client_that_never_reads_is_dropped_at_its_cap,
     a_hundred_clients_that_never_read_cost_no_more_than_their_caps,
     half_lines_and_slow_ones_end_in_time,
     a_browser_is_told_where_it_is,
     one_port_speaks_plain_and_tls_with_a_certificate_that_miners_can_pin,
     records_of_tls_may_be_full_and_keys_are_agreed_on_once,
     whoever_asks_for_new_keys_and_does_not_read_them_is_dropped,
     whoever_asks_for_new_keys_without_end_takes_turns_and_is_closed,
     garbage_of_every_kind_ends_soon,
     a_line_without_end_is_cut_off,
     a_flood_of_connections_from_one_address_is_refused_and_its_neighbours_are_not,
     ten_thousand_connections_of_one_address_take_no_more_than_its_part,
     names_are_text_wherever_they_are_shown,
     floods_of_requests_are_refused_and_then_closed,
     who_is_trusted_has_no_limits,
     an_address_that_only_does_harm_is_shut_out_for_a_while,
     a_proxy_header_counts_from_a_proxy_and_from_nobody_else,
     few_open_files_leave_a_node_that_works_and_says_what_to_set,
     a_pool_that_goes_down_says_so_and_sends_its_miners_away_one_after_the_other)
