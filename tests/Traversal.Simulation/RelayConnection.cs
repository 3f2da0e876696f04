using System.Buffers;
using Traversal.Primitives;
using Traversal.Turn;

namespace Traversal.Simulation;

/// <summary>A connection of a client to a <see cref="RelayServer"/>, such as TCP, TLS or WebSocket make; what goes in comes out, in order.</summary>
public sealed class RelayConnection : IRelayClient
{
    private readonly VirtualNetwork _network;
    private readonly RelayServer _server;
    private readonly TimeSpan _latency;
    private readonly Action<byte[]> _receive;

    internal RelayConnection(VirtualNetwork network, RelayServer server, SocketId id, in TransportAddress client, TimeSpan latency, Action<byte[]> receive)
    {
        _network = network;
        _server = server;
        Id = id;
        Client = client;
        _latency = latency;
        _receive = receive;
    }

    /// <summary>Whether it is closed; what is on its way then is lost.</summary>
    public bool IsClosed { get; private set; }

    internal SocketId Id { get; }

    SocketId IRelayClient.Id => Id;

    internal TransportAddress Client { get; }

    TransportAddress IRelayClient.Client => Client;

    /// <summary>Sends a message to the server.</summary>
    /// <exception cref="ArgumentException">It is no frame of a stream (RFC 8656 section 12.5).</exception>
    public void Send(ReadOnlySpan<byte> message)
    {
        byte[] frame = Unframe(message);
        _network.Schedule(_latency, () =>
        {
            if (!IsClosed) _server.OnMessage(this, frame);
        });
    }

    /// <summary>Closes it, from either end.</summary>
    public void Close()
    {
        if (IsClosed) return;

        IsClosed = true;
        _server.OnClosed(this);
    }

    void IRelayClient.Deliver(ReadOnlySpan<byte> message)
    {
        byte[] frame = Unframe(message);
        _network.Schedule(_latency, () =>
        {
            if (!IsClosed) _receive(frame);
        });
    }

    // A reader of the stream finds a message without its padding.
    private static byte[] Unframe(ReadOnlySpan<byte> message)
    {
        if (TurnFrame.TryRead(message, out int length, out int consumed) != OperationStatus.Done || consumed != message.Length)
            throw new ArgumentException("It is one whole frame.", nameof(message));
        return message[..length].ToArray();
    }
}
