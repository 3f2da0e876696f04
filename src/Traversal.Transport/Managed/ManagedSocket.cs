using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Managed;

/// <summary>
/// A socket that says when it has something to read. At any time it either waits for a datagram (one outstanding peek), or stands in the
/// ready queue, or is in the hands of the shard: so it is never twice in the queue, and the queue is bounded by the number of sockets.
/// </summary>
internal sealed class ManagedSocket : SocketAsyncEventArgs
{
    // What is peeked is never looked at, so all sockets peek into the same byte.
    private static readonly byte[] PeekBuffer = new byte[1];

    private readonly ReadyQueue _ready;

    public ManagedSocket(Socket socket, SocketId id, SocketRole role, ReadyQueue ready)
        : base(true)
    {
        Socket = socket;
        Id = id;
        IsListener = role != SocketRole.Relay;
        _ready = ready;
        SetBuffer(PeekBuffer);
    }

    public Socket Socket { get; }

    public SocketId Id { get; }

    public bool IsListener { get; }

    public bool IsClosed { get; private set; }

    /// <summary>Whether the kernel has no room for what this socket sends; the shard's thread alone reads and writes it.</summary>
    public bool HasSendWaiting { get; set; }

    /// <summary>Waits for the next datagram; the socket gets into the ready queue when it is there, which may be at once.</summary>
    public void Arm()
    {
        SocketFlags = SocketFlags.Peek; // Each completion overwrites them with those of what was received.
        try
        {
            if (!Socket.ReceiveAsync(this)) OnCompleted(this);
        }
        catch (ObjectDisposedException)
        {
            Dispose(); // Closed by the shard itself between two batches.
        }
    }

    public void Close()
    {
        IsClosed = true;
        Socket.Dispose();
    }

    // An error, such as a datagram longer than the one byte on some platforms, is also something to look at.
    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (SocketError != SocketError.OperationAborted) _ready.Add(this);
    }
}
