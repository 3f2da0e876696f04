using Traversal.Load.Native;

namespace Traversal.Load.Engine;

/// <summary>Clients to the server over TCP: the frames of a burst leave in one piece.</summary>
internal sealed class StreamUplink(Traffic traffic, int frameLength) : PacketSender(traffic, Directions.Up)
{
    private readonly byte[] _frames = new byte[frameLength * MessageBatch.Capacity];
    private int _length;
    private Client? _client;

    protected override bool JoinsClients => false;

    protected override void Write(int slot, Client client, int size, in PacketStamp stamp)
    {
        Span<byte> frame = _frames.AsSpan(_length);
        stamp.Write(frame[client.Header.Length..]);
        _length += UplinkFrame.Write(frame, client.Header, size, isStream: true);
        _client = client;
    }

    protected override int Flush(int count)
    {
        bool taken = _client!.Stream!.TrySend(_client.Socket, _frames.AsSpan(0, _length));
        _length = 0;
        return taken ? count : 0;
    }
}
