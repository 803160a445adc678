#!/usr/bin/env python3
"""The HTTP server of the running node, byte by byte over its socket: what is malformed, too long, too slow or not allowed is told
so and hurts nobody else."""
import contextlib
import http.client
import json
import socket
import time

from harness import Folder, Node, free_port, main, wait_for

HEADERS_MAX = 16384
TOKEN = "a-token-of-enough-length"


def config(port, more="", chain=True):
    return f"""
node: {{name: http, data: ./data, network: nebula-dev}}
plugins:
  - id: cosmic-harmony
{"  - id: chain" if chain else ""}
  - id: gateway
    config: {{listen: "127.0.0.1:{port}", {more}}}
"""


@contextlib.contextmanager
def serving(more=""):
    port = free_port()
    with Folder() as folder, Node(folder, config(port, more)) as node:
        node.start()
        wait_for("the server", lambda: reachable(port), 20)
        yield node, port
        assert node.stop() == 0, node.log()


def reachable(port):
    try:
        with Connection(port) as connection:
            return connection.get("/livez").status in (200, 503)
    except OSError:
        return False


class Connection:
    """A socket on which answers are read one by one."""

    def __init__(self, port, timeout=15):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.reader = self.socket.makefile("rb")

    def send(self, text):
        self.socket.sendall(text if isinstance(text, bytes) else text.encode())

    def answer(self, method="GET"):
        """The next answer, or None when the server has closed."""

        class OneSocket:  # http.client reads from the buffer that we keep between answers
            def __init__(self, reader):
                self.reader = reader

            def makefile(self, _mode):
                return _Unclosable(self.reader)

        answer = http.client.HTTPResponse(OneSocket(self.reader), method=method)
        try:
            answer.begin()
        except http.client.RemoteDisconnected:
            return None
        answer.text = answer.read().decode()
        return answer

    def get(self, path, host="127.0.0.1", headers="", method="GET"):
        self.send(f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n")
        return self.answer(method)

    def closed(self):
        """Whether the server ends the connection without another byte (within the timeout)."""
        try:
            return self.reader.read(1) == b""
        except ConnectionResetError:
            return True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.reader.close()
        self.socket.close()


class _Unclosable:
    def __init__(self, reader):
        self.reader = reader

    def __getattr__(self, name):
        return getattr(self.reader, name)

    def close(self):
        pass


def expect_problem(answer, status):
    assert answer is not None, f"the connection was closed without the answer {status}"
    assert answer.status == status, f"{answer.status} instead of {status}: {answer.text}"
    assert answer.getheader("Content-Type") == "application/problem+json", answer.getheaders()
    document = json.loads(answer.text)
    assert document["status"] == status and document["title"] and document["detail"], document
    return document


def what_is_too_long_or_malformed_is_told_so():
    with serving("body_max: 4KiB") as (_, port):
        with Connection(port) as one:
            one.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "x" * HEADERS_MAX + "\r\n\r\n")
            expect_problem(one.answer(), 431)
            assert one.closed()
        with Connection(port) as one:
            one.send("POST /api/v1/chain/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8192\r\n\r\n" + "x" * 8192)
            expect_problem(one.answer(), 413)
            assert one.closed()
        with Connection(port) as one:  # far more than what the sockets buffer: the answer must not drown in a reset
            with contextlib.suppress(ConnectionError):
                one.send(b"POST /api/v1/chain/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n" + b"x" * 900000)
            expect_problem(one.answer(), 413)
        with Connection(port) as one:
            chunk = "1000\r\n" + "x" * 4096 + "\r\n"
            one.send("POST /api/v1/chain/transactions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 2 + "0\r\n\r\n")
            expect_problem(one.answer(), 413)
        for rubbish in ("\x00\x01\x02\r\n\r\n", "GET\r\n\r\n", "GET /livez HTTP/9.9\r\n\r\n", "rubbish rubbish rubbish rubbish\r\n\r\n"):
            with Connection(port) as one:
                one.send(rubbish)
                expect_problem(one.answer(), 400)
                assert one.closed(), rubbish
        with Connection(port) as one:
            expect_problem(one.get("/%zz"), 400)
            expect_problem(one.get("/nothing/here"), 404)
            assert one.get("/livez").status == 200, "a kept connection stopped serving after a 404"


def a_slow_request_is_closed_at_the_idle_timeout():
    with serving("idle_timeout: 1s") as (_, port):
        with Connection(port) as slow, Connection(port) as silent:
            slow.send("GET /livez HTTP/1.1\r\n")
            for _ in range(40):  # a byte now and then does not prolong the timeout
                try:
                    slow.send("X")
                except ConnectionError:
                    break
                time.sleep(0.1)
            assert slow.closed() and silent.closed()
        with Connection(port) as next_one:
            assert next_one.get("/livez").status == 200


def pipelined_requests_are_answered_in_order_and_heads_have_no_body():
    with serving() as (_, port), Connection(port) as one:
        line = "{} {} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        wanted = [("GET", "/livez", 200), ("GET", "/nothing", 404), ("HEAD", "/api/v1/status", 200), ("GET", "/metrics", 200),
                  ("HEAD", "/nothing", 404), ("GET", "/api/v1", 200)]
        one.send("".join(line.format(method, path) for method, path, _ in wanted))
        for method, path, status in wanted:
            answer = one.answer(method)
            assert answer is not None and answer.status == status, (method, path, answer and answer.status)
            assert (answer.text == "") == (method == "HEAD"), (method, path)
            assert int(answer.getheader("Content-Length")) > 0
        one.send("GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert one.answer().status == 200 and one.closed()


def a_malformed_request_behind_a_head_gets_a_whole_answer():
    with serving() as (_, port), Connection(port) as one:
        assert one.get("/livez", method="HEAD").status == 200
        one.send("rubbish\r\n\r\n")
        expect_problem(one.answer(), 400)


def a_method_that_a_path_does_not_take_is_told_which_it_does():
    with serving() as (_, port), Connection(port) as one:
        for path, method, allowed in (("/livez", "DELETE", "GET"), ("/api/v1/chain/transactions", "PUT", "POST")):
            answer = one.get(path, method=method, headers="Content-Length: 0\r\n")
            expect_problem(answer, 405)
            assert allowed in answer.getheader("Allow"), answer.getheaders()


def a_foreign_host_name_is_misdirected():
    with serving('allowed_hosts: ["node.example"]') as (_, port), Connection(port) as one:
        assert one.get("/api/v1/status", host=f"127.0.0.1:{port}").status == 200
        assert one.get("/api/v1/status", host="localhost").status == 200
        assert one.get("/api/v1/status", host="[::1]:80").status == 200
        assert one.get("/api/v1/status", host="node.example:80").status == 200
        expect_problem(one.get("/api/v1/status", host="rebound.example"), 421)
        assert one.get("/livez", host="10.1.2.3:8080").status == 200, "a probe comes under any name"
        one.send("GET /api/v1/status HTTP/1.1\r\n\r\n")  # HTTP/1.1 asks for a Host
        assert one.answer().status in (400, 421)


def a_token_is_asked_for_everywhere_but_at_the_probes():
    with serving(f"token: {TOKEN}") as (_, port), Connection(port) as one:
        assert one.get("/livez").status == 200
        assert one.get("/readyz").status in (200, 503)
        for path in ("/metrics", "/api/v1/status", "/api/v1/chain/blocks", "/nothing"):
            answer = one.get(path)
            expect_problem(answer, 401)
            assert answer.getheader("WWW-Authenticate").startswith("Bearer"), answer.getheaders()
            expect_problem(one.get(path, headers="Authorization: Bearer another-token-of-that-length\r\n"), 403)
        assert one.get("/metrics", headers=f"Authorization: Bearer {TOKEN}\r\n").status == 200
        assert one.get("/metrics", headers=f"authorization: bearer {TOKEN}\r\n").status == 200, "a scheme has no case"


def connections_over_the_limit_are_closed_and_the_others_served():
    with serving("connections_max: 20") as (_, port), contextlib.ExitStack() as stack:
        held = [stack.enter_context(Connection(port)) for _ in range(200)]
        served = 0
        for one in held:
            with contextlib.suppress(ConnectionError, http.client.HTTPException):
                answer = one.get("/livez")
                served += answer is not None and answer.status == 200
        assert served == 20, f"{served} connections were served, the limit is 20"
        metrics = held[0].get("/metrics").text if held[0].get("/livez") else ""
        assert "gateway_connections_refused_total" in metrics, "the refused ones are not counted"
        for one in held:
            one.socket.close()
            one.reader.close()
        wait_for("place again", lambda: reachable(port), 20)


def a_drained_node_closes_its_kept_connections():
    port = free_port()
    with Folder() as folder, Node(folder, config(port)) as node:
        node.start()
        wait_for("the server", lambda: reachable(port), 20)
        with Connection(port) as idle, Connection(port) as one:
            assert one.get("/livez").status == 200 and idle.get("/livez").status == 200
            node.ctl("drain")
            assert one.closed() and idle.closed(), "a kept connection outlived the drain"
        with Connection(port) as probe:
            assert probe.get("/livez").status == 200 and probe.closed(), "one answer for each connection of a draining node"
        with Connection(port) as probe:
            assert probe.get("/readyz").status == 503
        assert node.process.wait(30) == 0 if node.exited() else node.stop() == 0, node.log()


def rubbish_as_a_transaction_is_a_problem_document():
    with serving() as (_, port), Connection(port) as one:
        for body in ("", "rubbish", "{}", "[]", '{"transaction": 7}', '{"transaction": "zz"}', '{"transaction": "00ff"}', '{"a":' * 500):
            one.send(f"POST /api/v1/chain/transactions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n{body}")
            answer = one.answer()
            assert answer is not None and 400 <= answer.status < 500, (body[:40], answer and (answer.status, answer.text))
            expect_problem(answer, answer.status)
        for path in ("/api/v1/chain/blocks/rubbish", "/api/v1/chain/accounts/rubbish", "/api/v1/chain/transactions/rubbish",
                     "/api/v1/chain/blocks/99999999999999999999999"):
            answer = one.get(path)
            assert answer.status in (400, 404), (path, answer.status)
            expect_problem(answer, answer.status)


def the_routes_of_a_removed_plugin_are_gone():
    with serving() as (node, port), Connection(port) as one:
        assert one.get("/api/v1/chain/status").status == 200
        node.config.write_text(config(port, chain=False))
        assert "removed chain" in node.ctl("reload").stdout
        expect_problem(one.get("/api/v1/chain/status"), 404)
        assert "/api/v1/chain" not in one.get("/api/v1").text
        node.config.write_text(config(port))
        node.ctl("reload")
        wait_for("the routes again", lambda: one.get("/api/v1/chain/status").status == 200, 20)


main(what_is_too_long_or_malformed_is_told_so, a_slow_request_is_closed_at_the_idle_timeout,
     pipelined_requests_are_answered_in_order_and_heads_have_no_body, a_malformed_request_behind_a_head_gets_a_whole_answer,
     a_method_that_a_path_does_not_take_is_told_which_it_does, a_foreign_host_name_is_misdirected,
     a_token_is_asked_for_everywhere_but_at_the_probes, connections_over_the_limit_are_closed_and_the_others_served,
     a_drained_node_closes_its_kept_connections, rubbish_as_a_transaction_is_a_problem_document,
     the_routes_of_a_removed_plugin_are_gone)
