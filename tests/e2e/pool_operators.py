#!/usr/bin/env python3
"""What an operator and the miners' tools see of a pool: HTTP routes, nebula ctl pool, metrics; and bans by hand."""
import contextlib
import json
import socket

from harness import BUILD, Folder, Node, free_port, http, main, wait_for
from stratum import Miner, Search

CONFIG = """
node: {{name: pool-seen}}
plugins:
  - id: cosmic-harmony
  - id: chain
  - id: pool
    config:
      work: chain
      coin: chain
      ports: [{{listen: "127.0.0.1:{port}", algorithms: [cosmic-harmony], difficulty: 1000}}]
      reward: {{fee_percent: 1}}
  - id: gateway
    config: {{listen: "127.0.0.1:{web}"}}
"""
WALLET = "ZION_0123456789ABCDEF0123456789ABCDEF01234567"
NOT_FOUND, BAD_REQUEST, USAGE, UNAVAILABLE = 404, 400, 64, 69


def get(web, path, status=200):
    got, body = http(f"http://127.0.0.1:{web}{path}")
    assert got == status, (path, got, body)
    return json.loads(body)


def shares(miner, search, count):
    job, data, target, *_ = miner.job
    nonce = -1
    for _ in range(count):
        nonce, digest = search(data, int(target, 16), nonce + 1)
        answer = miner.submit(WALLET, job, nonce, digest)
        assert answer["result"] is True, answer
        nonce = int(nonce, 16)
    assert miner.submit(WALLET, job, "00000000", "f" * 64)["error"]["message"] == "Low difficulty share"


def refused(node, words, text, code=USAGE):
    answer = node.ctl(*words, check=False)
    assert answer.returncode == code and text in answer.stderr, (words, answer)


def a_pool_shows_itself_to_tools_and_people():
    with Folder() as folder, Search() as search:
        port, web = free_port(), free_port()
        node = Node(folder, CONFIG.format(port=port, web=web))
        with node.start(), Miner(port) as miner:
            wait_for("the node to be ready", lambda: http(f"http://127.0.0.1:{web}/readyz")[0] == 200)
            assert get(web, "/api/stats")["valid_shares"] == 0
            assert get(web, f"/api/miner/{WALLET}", NOT_FOUND)["status"] == NOT_FOUND
            miner.log_in(f"{WALLET}.rig")
            shares(miner, search, 5)

            stats = wait_for("the shares in /api/stats", lambda: (s := get(web, "/api/stats"))["total_shares"] == 6 and s)
            assert stats["valid_shares"] == 5 and stats["invalid_shares"] == 1 and stats["algorithms"] == ["cosmic-harmony"], stats
            assert stats["pool_port"] == port and stats["pool_fee_percent"] == 1 and stats["payout_threshold_zion"] == 1, stats
            shown = get(web, f"/api/miner/{WALLET}")
            assert (shown["valid_shares"], shown["invalid_shares"], shown["algorithm"]) == (5, 1, "cosmic-harmony"), shown
            assert shown["difficulty"] >= 1000 and len(shown["history"]) == 6, shown
            assert get(web, "/api/pool")["fees"]["pool_fee_percent"] == 1
            health = wait_for("the miner in /api/health",
                              lambda: (h := get(web, "/api/health"))["total_miners"] == 1 and h)
            assert health["status"] == "healthy" and health["active_connections"] == 1, health
            levels = get(web, "/api/consciousness/levels")["levels"]
            assert len(levels) == 10 and levels[9] == {"name": "ON_THE_STAR", "xp_required": 1_000_000, "multiplier": 2}, levels
            profile = get(web, f"/api/consciousness/profile/{WALLET}")
            assert profile["level"] == "PHYSICAL" and profile["xp"] > 0, profile
            leaders = get(web, "/api/consciousness/leaderboard")["leaderboard"]
            assert [one["address"] for one in leaders] == [WALLET], leaders

            pool = get(web, "/api/v1/pool")
            assert pool["workers"] == {"connected": 1, "known": 1, "banned": 0} and pool["coin"]["symbol"] == "ZION", pool
            assert pool["algorithms"][0]["round"]["work"] >= 5000, pool
            workers = get(web, "/api/v1/pool/workers")
            assert workers["total"] == 1 and workers["workers"][0]["agent"] == "miner/1.0", workers
            assert get(web, "/api/v1/pool/workers?limit=0")["workers"] == []
            assert get(web, "/api/v1/pool/workers?wallet=nobody")["total"] == 0
            assert "limit" in get(web, "/api/v1/pool/workers?limit=many", BAD_REQUEST)["detail"]
            mine = get(web, f"/api/v1/pool/miners/{WALLET}")
            assert mine["shares"]["accepted"] == 5 and mine["workers"][0]["connections"] == 1, mine
            assert get(web, "/api/v1/pool/blocks") == {"blocks": []}
            assert get(web, "/api/v1/pool/payments") == {"payments": []}
            assert get(web, "/api/v1/pool/batches") == {"batches": []}

            said = http(f"http://127.0.0.1:{web}/metrics")[1]
            for line in ('zion_pool_shares_total{instance="pool",algorithm="cosmic-harmony",status="accepted"} 5',
                         'zion_pool_shares_total{instance="pool",algorithm="cosmic-harmony",status="low"} 1',
                         'zion_pool_blocks_found_total{instance="pool",algorithm="cosmic-harmony"} 0',
                         'zion_pool_connections_total{instance="pool"} 1', 'zion_pool_active_miners{instance="pool"} 1',
                         'zion_pool_pending_balance{instance="pool"} 0', 'zion_pool_banned_ips{instance="pool"} 0',
                         'zion_pool_unfunded{instance="pool"} 0', 'zion_pool_connections_refused_total{instance="pool",reason="full"} 0'):
                assert line in said, (line, said)
            for name in ("zion_pool_hashrate{", "zion_pool_difficulty{", "zion_pool_share_processing_seconds_bucket{",
                         "zion_pool_block_time_seconds_bucket{"):
                assert name in said, name

            assert "1 workers connected" in node.ctl("pool", "status").stdout
            assert "5 accepted" in node.ctl("pool", "results").stdout
            assert json.loads(node.ctl("pool", "ports", "--json").stdout)["ports"] == [
                {"address": f"127.0.0.1:{port}", "algorithms": ["cosmic-harmony"]}]
            listed = node.ctl("pool", "workers").stdout
            assert WALLET in listed and "cosmic-harmony" in listed, listed
            assert node.ctl("pool", "payouts").stdout.strip() == "nothing was paid yet"
            assert node.ctl("pool", "blocks").stdout.strip() == "no block was found yet"
            audit = node.ctl("pool", "audit").stdout
            assert "the ledger balances: 0 blocks, 0 batches of payments" in audit and "owed 0.000000 ZION" in audit, audit
            assert json.loads(node.ctl("pool", "audit", "--json").stdout)["balances"] is True
            refused(node, ["pool", "audit", "all"], "usage: nebula ctl pool audit")
            refused(node, ["pool", "pay", WALLET], "usage: nebula ctl pool pay")
            refused(node, ["pool", "pay"], "nothing is due: no wallet has the threshold of 1.000000 ZION", UNAVAILABLE)
            assert json.loads(node.ctl("pool", "miner", WALLET, "--json").stdout)["wallet"] == WALLET
            assert node.stop() == 0, node.log()


def an_operator_bans_a_worker_and_an_address():
    with Folder() as folder:
        port, web = free_port(), free_port()
        node = Node(folder, CONFIG.format(port=port, web=web))
        with node.start():
            with Miner(port) as miner:
                miner.log_in(f"{WALLET}.rig")
                for words, said in ((["pool", "ban"], "usage"), (["pool", "ban", "nobody"], "no worker is known as nobody"),
                                    (["pool", "ban", WALLET, "soon"], "90s, 10m"), (["pool", "unban", WALLET], "is banned"),
                                    (["pool", "dance"], "the pool has no request dance")):
                    refused(node, words, said)
                assert "1 banned for 60 s" in node.ctl("pool", "ban", WALLET, "1m").stdout
                assert miner.lines.readline() == "", "a banned miner is shown out"
            with Miner(port) as again:
                again.ask("mining.subscribe", "miner/1.0")
                answer = again.ask("mining.authorize", f"{WALLET}.rig", "x")
                assert "Banned" in answer["error"]["message"], answer
            assert "1 may mine again" in node.ctl("pool", "unban", f"{WALLET}.rig").stdout
            with Miner(port) as back:
                back.log_in(f"{WALLET}.rig")
            node.ctl("pool", "ban", "127.0.0.1", "1h")
            with socket.create_connection(("127.0.0.1", port), 60) as stranger:
                assert stranger.recv(1) == b"", "a banned address hears nothing"
            assert wait_for("the banned address", lambda: get(web, "/api/stats")["performance"]["banned_ips"] == 1)
            node.ctl("pool", "unban", "127.0.0.1")
            with Miner(port) as back:
                back.log_in(WALLET)
            assert node.stop() == 0, node.log()


def an_operator_sees_why_connections_are_refused():
    with Folder() as folder, contextlib.ExitStack() as open_ones:
        port, web = free_port(), free_port()
        config = CONFIG.format(port=port, web=web).replace("      reward:", "      connections_per_address: 3\n      reward:")
        node = Node(folder, config)

        def refused_by():
            return {reason: count for reason, count in get(web, "/api/v1/pool")["connections"]["refused_by_reason"].items() if count}

        def strange(bytes_sent=b"", host=1):
            """What a connection from this address is answered until it is closed."""
            with socket.create_connection(("127.0.0.1", port), 30, (f"127.0.0.{host}", 0)) as stranger:
                try:
                    stranger.sendall(bytes_sent)
                    while stranger.recv(4096):
                        pass
                except ConnectionError:
                    pass

        with node.start():
            strange(b"GET / HTTP/1.1\r\n\r\n")
            strange(b"\x16\x03\x01\x00\x05hello")
            strange(b"\r\n\r\n\0\r\nQUIT\n" + bytes(200))
            wait_for("three reasons", lambda: refused_by() == {"http": 1, "tls": 1, "proxy_header": 1})
            for host in (1, 2, 3, 4):
                for _ in range(3):
                    open_ones.enter_context(socket.create_connection(("127.0.0.1", port), 30, (f"127.0.0.{host}", 0)))
            wait_for("all connections", lambda: get(web, "/api/v1/pool")["connections"]["open"] == 12)
            strange(host=2)
            strange(host=5)
            node.ctl("pool", "ban", "127.0.0.6", "1h")
            strange(host=6)
            known = {"http": 1, "tls": 1, "proxy_header": 1, "address": 1, "network": 1, "banned": 1}
            wait_for("all reasons", lambda: refused_by() == known)
            assert get(web, "/api/v1/pool")["connections"]["refused"] == 6
            said = http(f"http://127.0.0.1:{web}/metrics")[1]
            for reason in known:
                line = f'zion_pool_connections_refused_total{{instance="pool",reason="{reason}"}} 1'
                assert line in said, (line, said)
            assert node.stop() == 0, node.log()


def a_pool_without_a_coin_pays_nobody():
    with Folder() as folder:
        config = CONFIG.format(port=free_port(), web=free_port()).replace("      coin: chain\n", "")
        with Node(folder, config).start() as node:
            refused(node, ["pool", "pay"], "this pool pays nobody: its configuration names no `coin`", UNAVAILABLE)
            assert "the ledger balances" in node.ctl("pool", "audit").stdout
            assert node.stop() == 0, node.log()


def it_publishes_what_happens_and_takes_advice():
    with Folder() as folder, Search() as search:
        port, web = free_port(), free_port()
        log = f"  - id: event-log\n    path: {BUILD}/tests/fixtures/plugins/libfixture-event-log.so\n"
        node = Node(folder, CONFIG.format(port=port, web=web) + log)

        def events(topic):
            texts = [one["text"] for one in node.log_events() if one.get("text", "").startswith(f"EVENT {topic} ")]
            return [json.loads(text.split(" ", 2)[2]) for text in texts]

        with node.start():
            with Miner(port) as miner:
                miner.log_in(f"{WALLET}.rig")
                shares(miner, search, 1)
                block = search(miner.job[1], 0xFFFFFFFF // 20_000_000 - 1)
                assert miner.submit(WALLET, miner.job[0], *block)["result"] is True
                (found,) = wait_for("the block's event", lambda: [e for e in events("mining.block") if e["worker"] == f"{WALLET}.rig"])
                assert found["height"] == 1 and found["outcome"] == "block" and len(found["block_id"]) == 64, found
                told = wait_for("three shares' events", lambda: len(e := events("mining.share")) >= 3 and e)
                assert [one["outcome"] for one in told] == ["accepted", "low", "accepted"], told
                assert (told[0]["wallet"], told[0]["worker"], told[0]["difficulty"]) == (WALLET, "rig", 1000), told
                # A share in 20 seconds at 1,000 hashes a second is one of 20,000 hashes.
                advice = json.dumps({"wallet": WALLET, "worker": "rig", "hashes_per_second": 1000, "shares": 40})
                node.ctl("event-log", "publish", "pool.advice", advice)
                while miner.difficulty != 20_000:
                    miner.read()
            ended = wait_for("the session's end", lambda: [e for e in events("pool.session") if e["event"] == "end"])
            assert ended[0]["agent"] == "miner/1.0" and "seconds" in ended[0], ended
            (login,) = [e for e in events("pool.session") if e["event"] == "login"]
            assert login["dialect"] == "cosmic" and login["resumed"] is False, login
            node.ctl("event-log", "publish", "pool.advice", "{}")
            wait_for("a word about bad advice", lambda: "advice of event-log is not taken" in node.log())
            assert node.stop() == 0, node.log()


main(it_publishes_what_happens_and_takes_advice, a_pool_shows_itself_to_tools_and_people, an_operator_bans_a_worker_and_an_address,
     an_operator_sees_why_connections_are_refused, a_pool_without_a_coin_pays_nobody)
