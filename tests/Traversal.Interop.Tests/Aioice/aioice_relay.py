"""Relays through a TURN server with aioice: python3 aioice_relay.py HOST PORT USER PASSWORD udp|tcp. Prints OK in the end."""

import asyncio
import sys

import aioice
from aioice import turn

DATAGRAMS = 100
LIMIT_SECONDS = 100


class Echo(asyncio.DatagramProtocol):
    """The peer: sends back what it gets, and remembers from where it came."""

    def __init__(self):
        self.sources = set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, source):
        self.sources.add(source)
        self.transport.sendto(data, source)


class Client(asyncio.DatagramProtocol):
    """The far side of the allocation."""

    def __init__(self):
        self.received = asyncio.Queue()
        self.closed = asyncio.get_running_loop().create_future()

    def datagram_received(self, data, source):
        self.received.put_nowait((data, source))

    def connection_lost(self, error):
        if not self.closed.done():
            self.closed.set_result(error)


async def echo_through_allocation(server, user, password, transport):
    """An allocation reaches a plain UDP peer, in both directions, with payloads of every padding."""
    loop = asyncio.get_running_loop()
    peer_transport, peer = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", 0))
    peer_address = peer_transport.get_extra_info("sockname")
    allocation, client = await turn.create_turn_endpoint(
        Client, server_addr=server, username=user, password=password, transport=transport
    )
    relayed = allocation.get_extra_info("sockname")

    for number in range(DATAGRAMS):
        payload = b"%d:" % number + b"x" * (number % 9)
        allocation.sendto(payload, peer_address)
        data, source = await client.received.get()
        assert data == payload, (data, payload)
        assert source == peer_address, (source, peer_address)
    assert peer.sources == {relayed}, (peer.sources, relayed)

    allocation.close()
    assert await client.closed is None
    peer_transport.close()


async def connect_two_agents(server, user, password, transport):
    """Two ICE agents that have nothing but a relayed candidate each find each other."""

    def agent(controlling):
        return aioice.Connection(
            ice_controlling=controlling,
            turn_server=server,
            turn_username=user,
            turn_password=password,
            turn_transport=transport,
            transport_policy=aioice.TransportPolicy.RELAY,
            use_ipv4=False,
            use_ipv6=False,
        )

    left, right = agent(True), agent(False)
    await left.gather_candidates()
    await right.gather_candidates()
    for here, there in ((left, right), (right, left)):
        assert [candidate.type for candidate in here.local_candidates] == ["relay"]
        for candidate in here.local_candidates:
            await there.add_remote_candidate(candidate)
        await there.add_remote_candidate(None)
        there.remote_username = here.local_username
        there.remote_password = here.local_password
    await asyncio.gather(left.connect(), right.connect())

    for number in range(DATAGRAMS):
        await left.send(b"ping %d" % number)
        assert await right.recv() == b"ping %d" % number
        await right.send(b"pong %d" % number)
        assert await left.recv() == b"pong %d" % number
    await left.close()
    await right.close()


async def main():
    host, port, user, password, transport = sys.argv[1:]
    server = (host, int(port))
    for story in (echo_through_allocation, connect_two_agents):
        await asyncio.wait_for(story(server, user, password, transport), LIMIT_SECONDS)
        print(story.__name__)
    print("OK")


asyncio.run(main())
