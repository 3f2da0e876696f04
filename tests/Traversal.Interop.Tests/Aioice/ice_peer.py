"""aioice behind the pipe of `traversal ice-peer`: ice_peer.py --controlling|--controlled [--stun H:P] [--turn H:P --user U --password P].

Prints one JSON line with its credentials and candidates, reads the other side's, connects, and says so. The controlling side sends ten messages and
waits for their echoes; the controlled one echoes until its input ends.
"""

import argparse
import asyncio
import json
import sys

import aioice

MESSAGES = 10
LIMIT_SECONDS = 100


def read_options():
    parser = argparse.ArgumentParser()
    role = parser.add_mutually_exclusive_group(required=True)
    role.add_argument("--controlling", action="store_true")
    role.add_argument("--controlled", action="store_true")
    parser.add_argument("--stun")
    parser.add_argument("--turn")
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--relay-only", action="store_true")
    parser.add_argument("--family", type=int, choices=(4, 6), default=4)
    parser.add_argument("--regular", action="store_true", help="nominate one pair after its check, not every pair with its check")
    return parser.parse_args()


def server(text):
    if text is None:
        return None
    host, port = text.rsplit(":", 1)
    return host, int(port)


def say(message):
    print(json.dumps(message), flush=True)


async def connect(connection, lines):
    await connection.gather_candidates()
    say(
        {
            "ufrag": connection.local_username,
            "pwd": connection.local_password,
            "candidates": [f"candidate:{candidate.to_sdp()}" for candidate in connection.local_candidates],
        }
    )
    other = json.loads(await lines.readline())
    connection.remote_username, connection.remote_password = other["ufrag"], other["pwd"]
    for line in other["candidates"]:
        await connection.add_remote_candidate(aioice.Candidate.from_sdp(line.removeprefix("candidate:")))
    await connection.add_remote_candidate(None)
    await connection.connect()
    say({"state": "connected"})


async def echo(connection):
    while True:
        await connection.send(await connection.recv())


async def main():
    options = read_options()
    lines = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    connection = aioice.Connection(
        ice_controlling=options.controlling,
        stun_server=server(options.stun),
        turn_server=server(options.turn),
        turn_username=options.user,
        turn_password=options.password,
        transport_policy=aioice.TransportPolicy.RELAY if options.relay_only else aioice.TransportPolicy.ALL,
        use_ipv4=options.family == 4 and not options.relay_only,
        use_ipv6=options.family == 6 and not options.relay_only,
    )
    # Towards a lite peer it nominates as RFC 8445 has it, otherwise aggressively as RFC 5245 had it.
    connection.remote_is_lite = options.regular
    await asyncio.wait_for(connect(connection, lines), LIMIT_SECONDS)
    if options.controlling:
        for number in range(MESSAGES):
            message = b"ping %d" % number
            await connection.send(message)
            received = await asyncio.wait_for(connection.recv(), LIMIT_SECONDS)
            assert received == message, (received, message)
        say({"state": "done", "echoed": MESSAGES})
        # The last echo is answered; the other side may still be asking for consent.
        await lines.read()
    else:
        echoing = asyncio.ensure_future(echo(connection))
        await lines.read()
        echoing.cancel()
    await connection.close()


asyncio.run(main())
