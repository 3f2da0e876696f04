"""Opens many TCP connections from several loopback addresses and lets them say nothing, or a byte a second, until the server has closed them all.

Usage: slow_clients.py PORT COUNT LIMIT_SECONDS
Writes "open N" when all are connected and "closed N of M within S s" at the end, S counted from the last connect.
"""

import select
import socket
import sys
import time

port, count, limit = (int(argument) for argument in sys.argv[1:4])

# Nothing; a STUN request that is long in coming (RFC 8489 section 5); a TLS handshake that is.
BEGINNINGS = [b"", bytes.fromhex("00010400" "2112a442") + bytes(1000), bytes.fromhex("1603010200" "010001fc0303") + bytes(500)]

poll = select.epoll()
clients = {}
for number in range(count):
    client = socket.socket()
    client.bind((f"127.0.0.{2 + number % 8}", 0))
    client.connect(("127.0.0.1", port))
    client.setblocking(False)
    clients[client.fileno()] = (client, BEGINNINGS[number % len(BEGINNINGS)])
    poll.register(client.fileno(), select.EPOLLIN | select.EPOLLHUP | select.EPOLLERR)

print(f"open {count}", flush=True)
start = time.monotonic()
last = 0.0
sent = 0


def close(descriptor):
    client, _ = clients.pop(descriptor)
    poll.unregister(descriptor)
    client.close()


while clients and time.monotonic() - start < limit:
    if time.monotonic() - start >= sent:
        for descriptor, (client, beginning) in list(clients.items()):
            try:
                client.send(beginning[sent:sent + 1])
            except OSError:
                close(descriptor)
                last = time.monotonic() - start
        sent += 1
    for descriptor, _ in poll.poll(0.05, 1000):
        client, _ = clients.get(descriptor, (None, None))
        if client is None:
            continue
        try:
            if client.recv(100):
                continue
        except BlockingIOError:
            continue
        except OSError:
            pass
        close(descriptor)
        last = time.monotonic() - start

print(f"closed {count - len(clients)} of {count} within {last:.1f} s", flush=True)
