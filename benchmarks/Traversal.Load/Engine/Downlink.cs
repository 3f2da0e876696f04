using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>Peers to the relay addresses: one socket for all clients sends 64 packets with a system call, else each burst takes one.</summary>
internal sealed class Downlink(Traffic traffic, MessageBatch batch) : PacketSender(traffic, Directions.Down)
{
    private Client? _client;

    protected override bool JoinsClients { get; } = traffic.Options.Peers == PeerArrangement.Shared;

    protected override void Write(int slot, Client client, int size, in PacketStamp stamp)
    {
        stamp.Write(batch.Slot(slot));
        batch.SetLength(slot, size);
        batch.SetDestination(slot, client.RelayName);
        _client = client;
    }

    protected override int Flush(int count) => SendAll(batch, _client!.Peer!, count);
}
