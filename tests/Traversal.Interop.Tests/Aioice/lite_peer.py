"""An ICE-lite agent on the messages of aioice: lite_peer.py ADDRESS, behind the pipe of `traversal ice-peer`.

It has one host candidate, answers checks and sends none, takes the pair that the other side nominates (RFC 8445 section 2.5), and echoes on it.
"""

import asyncio
import json
import secrets
import sys

from aioice import stun


class LiteAgent(asyncio.DatagramProtocol):
    def __init__(self):
        self.ufrag, self.password = secrets.token_hex(4), secrets.token_hex(16)
        self.nominated = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, source):
        try:
            message = stun.parse_message(data, integrity_key=self.password.encode())
        except ValueError:
            if source == self.nominated:
                self.transport.sendto(data, source)
            return
        if message.message_class != stun.Class.REQUEST or not message.attributes["USERNAME"].startswith(f"{self.ufrag}:"):
            return
        if "ICE-CONTROLLED" in message.attributes:
            self.respond(message, source, stun.Class.ERROR, "ERROR-CODE", (487, "Role Conflict"))
            return
        self.respond(message, source, stun.Class.RESPONSE, "XOR-MAPPED-ADDRESS", source[:2])
        if "USE-CANDIDATE" in message.attributes and source != self.nominated:
            self.nominated = source
            print(json.dumps({"state": "connected", "remote": f"{source[0]} {source[1]}"}), flush=True)

    def respond(self, request, source, kind, name, value):
        response = stun.Message(
            message_method=stun.Method.BINDING, message_class=kind, transaction_id=request.transaction_id
        )
        response.attributes[name] = value
        response.add_message_integrity(self.password.encode())
        self.transport.sendto(bytes(response), source)


async def main():
    address = sys.argv[1]
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    transport, agent = await loop.create_datagram_endpoint(LiteAgent, local_addr=(address, 0))
    port = transport.get_extra_info("sockname")[1]
    print(
        json.dumps(
            {
                "ufrag": agent.ufrag,
                "pwd": agent.password,
                "candidates": [f"candidate:1 1 udp 2130706431 {address} {port} typ host"],
                "lite": True,
            }
        ),
        flush=True,
    )
    await lines.read()
    transport.close()


asyncio.run(main())
