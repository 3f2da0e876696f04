using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <content>What peers send, and what may come of it.</content>
internal sealed partial class RelayHarness
{
    private void SendFromPeer(in RelayEvent next)
    {
        if (_open.Count == 0) return;

        RelaySocket relay = _open[next.Who % _open.Count];
        TransportAddress peer = PeerOf(in next);
        byte[] payload = [.. next.Payload, .. next.Has(7) ? new byte[LargePayload] : []];
        byte[] packet = [.. new byte[RelayMachine.Headroom], .. payload];
        RelayVerdict verdict = _machine.OnPeerDatagram(relay.Handle, in peer, packet, in _now);
        if (verdict.Action != RelayAction.Drop)
        {
            RelayClient to = RelayClients.All[relay.Client];
            Invariant.Holds(verdict.Action == RelayAction.Forward, "A peer's datagram becomes a message in place.");
            Invariant.Holds(verdict.Via == to.Via && verdict.Destination == to.Address, "A peer's datagram goes to the relay's client.");
            bool isRelay = _open.Exists(other => other.Address == peer);
            CheckSentToClient(relay.Client, isRelay ? Known(in peer) : peer, payload, packet.AsSpan(verdict.Offset, verdict.Length));
        }

        TakeCommands();
    }

    private TransportAddress PeerOf(in RelayEvent next)
    {
        int choice = next.Flags & 15;
        if (choice < RelayClients.Peers.Length) return RelayClients.Peers[choice];

        RelaySocket other = _open[(next.Who + 1) % _open.Count];
        return choice % 2 == 0 ? other.Address : Known(other.Address);
    }

    private void CheckSentToClient(int client, TransportAddress peer, ReadOnlySpan<byte> data, ReadOnlySpan<byte> bytes)
    {
        ModelAllocation? allocation = _allocations[client];
        Invariant.Holds(allocation is not null && allocation.MayExchange(in peer, _now.Now), "Only a permitted peer reaches a client.");
        if (bytes[0] >> 6 == 1)
        {
            int length = NaiveReader.Word(bytes, 2), padding = RelayClients.All[client].IsStream ? -length & 3 : 0;
            Invariant.Holds(allocation.PeerOf(NaiveReader.Word(bytes, 0), _now.Now) == peer, "A channel names its peer.");
            Invariant.Holds(bytes.Length == 4 + length + padding && bytes.Slice(4, length).SequenceEqual(data), "A channel carries the data.");
            Invariant.Holds(!bytes[(4 + length)..].ContainsAnyExcept((byte)0), "Padding is zero.");
            return;
        }

        Invariant.Holds(StunMessage.TryParse(bytes, out StunMessage message) == StunParseStatus.Ok, "An indication is a message.");
        Invariant.Holds(message is { Class: StunClass.Indication, Method: StunMethod.Data }, "Data comes in a Data indication.");
        Invariant.Holds(
            message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress named) && named == peer,
            "It names the peer.");
        bool hasData = message.TryGet(StunAttributeType.Data, out ReadOnlySpan<byte> carried);
        Invariant.Holds(hasData && carried.SequenceEqual(data), "It carries the data.");
    }
}
