using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Traversal.Primitives;
using Traversal.Transport.Streams;

namespace Traversal.Server;

/// <summary>
/// A connection with a peer (RFC 6062) from the Connect or the accept to its end. The shard of its allocation owns it and hears of it in
/// <see cref="PeerEvent"/>s, of which there are only ever a few for one; the client's connection that is bound to it may be any shard's.
/// </summary>
internal sealed class PeerLink(Shard owner, PeerPort port) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _connecting = new();
    private NetworkStream? _stream;
    private Splice? _splice;
    private bool _closed;
    private int _carriedIsPosted;
    private long _reportedToPeer;
    private long _reportedToClient;

    /// <summary>The CONNECTION-ID; 0 until the machine has given it.</summary>
    public uint Id { get; set; }

    /// <summary>The handle of its allocation.</summary>
    public int Allocation => port.Allocation;

    /// <summary>Where it came from, if the peer has made it.</summary>
    public TransportAddress Remote { get; private init; }

    /// <summary>A link that a peer has made.</summary>
    public static PeerLink Accepted(Shard owner, PeerPort port, NetworkStream stream, in TransportAddress remote) =>
        new(owner, port) { _stream = stream, Remote = remote };

    /// <summary>Connects and tells the owner of the outcome. Never fails.</summary>
    public async Task ConnectAsync(TransportAddress peer)
    {
        bool connected = false;
        try
        {
            connected = TryHold(await port.ConnectAsync(peer, _connecting.Token).ConfigureAwait(false));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client learns that, and no more.
        }

        owner.Post(new PeerEvent(connected ? PeerEventKind.Connected : PeerEventKind.ConnectFailed, this));
    }

    /// <summary>Carries bytes between a client and the peer until one of them is gone. Nothing of the peer's was read before. Never fails.</summary>
    public async Task CarryAsync(Stream client, ReadOnlyMemory<byte> first)
    {
        if (!TryBind(client, out Splice? splice)) return;

        owner.Post(new PeerEvent(PeerEventKind.Bound, this));
        await splice.RunAsync(first).ConfigureAwait(false);
        owner.Post(new PeerEvent(PeerEventKind.Closed, this));
    }

    /// <summary>Closes it, whatever it is at.</summary>
    public void Close()
    {
        lock (_gate)
        {
            if (_closed) return;
            _closed = true;
        }

        _connecting.Cancel();
        _splice?.Abort();
        _stream?.Dispose();
    }

    public void Dispose()
    {
        Close();
        _connecting.Dispose();
    }

    /// <summary>Looks at deadlines, and tells the owner if there is something new to count; to be called every second.</summary>
    public void OnTime()
    {
        if (_splice is not { } splice) return;

        splice.CheckDeadlines();
        bool isNews = splice.BytesToFar != Volatile.Read(ref _reportedToPeer) || splice.BytesToNear != Volatile.Read(ref _reportedToClient);
        if (isNews && Interlocked.Exchange(ref _carriedIsPosted, 1) == 0) owner.Post(new PeerEvent(PeerEventKind.Carried, this));
    }

    /// <summary>What it has carried since this was last asked. For the owner's thread.</summary>
    public (long ToPeer, long ToClient) TakeCarried()
    {
        Volatile.Write(ref _carriedIsPosted, 0);
        (long toPeer, long toClient) = (_splice?.BytesToFar ?? 0, _splice?.BytesToNear ?? 0);
        (long ToPeer, long ToClient) carried = (toPeer - _reportedToPeer, toClient - _reportedToClient);
        Volatile.Write(ref _reportedToPeer, toPeer);
        Volatile.Write(ref _reportedToClient, toClient);
        return carried;
    }

    /// <summary>Says that the owner has decided about a link that a peer has made, so that the next one may come.</summary>
    public void OnJudged() => port.OnJudged();

    private bool TryHold(NetworkStream stream)
    {
        lock (_gate)
        {
            _stream = stream;
            if (!_closed) return true;
        }

        stream.Dispose();
        return false;
    }

    private bool TryBind(Stream client, [NotNullWhen(true)] out Splice? splice)
    {
        lock (_gate)
        {
            splice = _closed || _stream is null || _splice is not null ? null : new Splice(client, _stream, port.Pace, port.Time);
            if (splice is not null) _splice = splice;
            return splice is not null;
        }
    }
}
