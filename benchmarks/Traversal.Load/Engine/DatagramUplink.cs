using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>Clients to the server over UDP: a system call for each burst, as each client has a socket of its own.</summary>
internal sealed class DatagramUplink(Traffic traffic, MessageBatch batch) : PacketSender(traffic, Directions.Up)
{
    private Client? _client;

    protected override bool JoinsClients => false;

    protected override void Write(int slot, Client client, int size, in PacketStamp stamp)
    {
        Span<byte> frame = batch.Slot(slot);
        stamp.Write(frame[client.Header.Length..]);
        batch.SetLength(slot, UplinkFrame.Write(frame, client.Header, size, isStream: false));
        _client = client;
    }

    protected override int Flush(int count) => SendAll(batch, _client!.Socket, count);
}
