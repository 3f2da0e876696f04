#!/usr/bin/env bash
# flood.sh
# Floods a server beside relayed flows and prints a table: what the flows lose, what the server's memory does, what is sent back.
#   RATE      packets a second that are relayed in each direction (default 20000)
#   FLOOD     packets a second of the flood (default 30000)
#   SECONDS_EACH   how long each flood lasts (default 15)
# The server has processor 0; load and flood share processor 1. All of it is in a network namespace without a default route, which is taken away at
# the end. Linux, root, two processors or more.
set -euo pipefail
cd "$(dirname "$0")/.."

RATE=${RATE:-20000}
FLOOD=${FLOOD:-30000}
SECONDS_EACH=${SECONDS_EACH:-15}
load=benchmarks/Traversal.Load/bin/Release/net10.0/traversal-load
traversal=src/Traversal.Cli/bin/Release/net10.0/traversal
namespace=traversal-flood-$$
work=$(mktemp -d)
server=

stop() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    ip netns delete "$namespace" 2>/dev/null || true
    rm -rf "$work"
}
trap stop EXIT

inside() { ip netns exec "$namespace" "$@"; }
resident() { awk '/^VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$server/status"; }
field() { sed -nE "s/.*$1.*/\\1/p" "$2" | head -n 1; }

if [ -z "${NO_BUILD-}" ]; then
    dotnet build -c Release -v quiet benchmarks/Traversal.Load >&2
    dotnet build -c Release -v quiet src/Traversal.Cli >&2
fi

ip netns add "$namespace"
inside ip link set lo up
# The flood comes from a network other than the load's: replies to unauthenticated requests are limited by source prefix.
for address in 192.0.2.1 192.0.2.3 198.51.100.2; do inside ip address add "$address/24" dev lo; done
# Answers to forged sources come back to be counted.
inside ip route add local 198.18.0.0/15 dev lo

# `ip` and `taskset` replace themselves: the process id is the server's.
ip netns exec "$namespace" taskset -c 0 "$traversal" serve --listen udp://192.0.2.1:3478 --user user:pass --realm example.org --allow-peer 192.0.2.3/32 \
    --workers 1 --http off >"$work/server" 2>&1 &
server=$!
sleep 2
kill -0 "$server" || { cat "$work/server" >&2; exit 1; }

echo "| flood | flood packets/s | relayed packets/s | loss % | p99 us | server CPU % | resident MB before | after | answered bytes / sent, worst 10 s | largest answer |"
echo "|---|---|---|---|---|---|---|---|---|---|"
for kind in none none garbage allocate spoofed; do
    before=$(resident)
    ip netns exec "$namespace" taskset -c 1 "$load" --server 192.0.2.1:3478 --client-address 192.0.2.3 --peer-address 192.0.2.3 \
        --rate "$RATE" --allocs 100 --warm-up 3 --duration "$SECONDS_EACH" --pid "$server" --quiet >"$work/load" &
    relayed=$!
    # The flows are there before the flood is.
    sleep 2
    [ "$kind" = none ] || inside taskset -c 1 "$load" flood "$kind" --server 192.0.2.1:3478 --client-address 198.51.100.2 \
        --rate "$FLOOD" --duration "$((SECONDS_EACH + 1))" >"$work/flood"
    wait "$relayed"
    sent=-; amplified=-; largest=-
    if [ "$kind" != none ]; then
        sent=$(field 'packets, ([0-9]+) a second' "$work/flood")
        amplified=$(field 'amplified +([0-9.]+) in' "$work/flood")
        largest=$(field 'ten seconds, ([0-9.]+) for' "$work/flood")
    fi
    echo "| $kind | $sent | $(field 'delivered +([0-9]+)' "$work/load") | $(field 'loss ([0-9.]+)' "$work/load") |" \
        "$(field 'latency .*p99 ([0-9.]+)' "$work/load") | $(field 'packet, ([0-9]+) % of' "$work/load") |" \
        "$before | $(resident) | $amplified | $largest |"
done
