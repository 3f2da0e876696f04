#!/usr/bin/env bash
# compare.sh [arguments of `traversal-load compare`]
# Starts servers on processor 0, puts the standard profiles to them from processor 1 in turn, prints the table, and stops them.
#   TURNSERVER      coturn's binary (default: turnserver, left out where it is not installed; TURNSERVER= leaves it out too)
#   BARE_FORWARDER  a program that takes a port and relays without checks, to compare with what the kernel alone costs (default: none)
# Ratios are to the bare forwarder where there is one. Linux, two processors or more; as root the servers get large socket buffers.
set -euo pipefail
cd "$(dirname "$0")/.."

TURNSERVER=${TURNSERVER-turnserver}
BARE_FORWARDER=${BARE_FORWARDER-}
PORT=${PORT:-13478}
load=benchmarks/Traversal.Load/bin/Release/net10.0/traversal-load
traversal=src/Traversal.Cli/bin/Release/net10.0/traversal
started=()
servers=()
logs=$(mktemp -d)

stop() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    wait "${started[@]}" 2>/dev/null || true
    rm -rf "$logs"
}
trap stop EXIT

# start NAME PORT COMMAND...: the process id of `taskset` is the server's, as it replaces itself.
start() {
    local name=$1 port=$2
    shift 2
    taskset -c 0 "$@" >"$logs/$name" 2>&1 &
    started+=($!)
    servers+=("$name=$!@127.0.0.1:$port")
    sleep 2
    kill -0 "${started[-1]}" 2>/dev/null || { echo "$name did not start:" >&2; cat "$logs/$name" >&2; exit 1; }
}

dotnet build -c Release -v quiet benchmarks/Traversal.Load >&2
dotnet build -c Release -v quiet src/Traversal.Cli >&2

start traversal "$PORT" "$traversal" serve --listen "udp://127.0.0.1:$PORT" --listen "tcp://127.0.0.1:$PORT" --user user:pass \
    --realm example.org --allow-peer 127.0.0.0/8 --relay-ports 20000-60000 --workers 1 --http "127.0.0.1:$((PORT + 1))"
if [ -n "$TURNSERVER" ] && command -v "$TURNSERVER" >/dev/null; then
    start coturn $((PORT + 2)) "$TURNSERVER" -n --no-tls --no-dtls --no-cli -a -u user:pass -r example.org -L 127.0.0.1 -E 127.0.0.1 \
        --allow-loopback-peers -p $((PORT + 2)) -m 1 --min-port 20000 --max-port 60000 --log-file stdout --pidfile "$logs/coturn.pid"
fi
[ -z "$BARE_FORWARDER" ] || start forwarder $((PORT + 3)) "$BARE_FORWARDER" $((PORT + 3))

taskset -c 1 "$load" compare "${servers[@]}" "$@"
