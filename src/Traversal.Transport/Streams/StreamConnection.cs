using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>
/// One client on a stream. Its frames reach the shard in batches: between taking it from the <see cref="StreamInbox"/> and
/// <see cref="Release"/> it belongs to the shard, and reads nothing more. <see cref="TrySend"/>, <see cref="Trust"/> and
/// <see cref="Close"/> may be called at any time.
/// </summary>
public sealed partial class StreamConnection
{
    private readonly StreamEdge _edge;
    private volatile StreamInbox _inbox;
    private readonly Stream _stream;
    private readonly Socket? _socket;
    private readonly StreamPace _pace;
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reason;
    private long _closingSince = -1;
    private volatile bool _closing;
    private volatile bool _trusted;
    private volatile bool _ended;

    internal StreamConnection(
        StreamEdge edge, StreamInbox inbox, Stream stream, Socket? socket, in TransportAddress local, in TransportAddress remote, long openedAt)
    {
        _edge = edge;
        _inbox = inbox;
        _stream = stream;
        _socket = socket;
        Local = local;
        Remote = remote;
        _pace = new StreamPace(edge.Options, openedAt);
        _output = new OutboundQueue(edge.Format);
    }

    /// <summary>Its id, by which the shard's <see cref="StreamInbox"/> finds it.</summary>
    public SocketId Id { get; internal set; }

    /// <summary>The address that the client reached.</summary>
    public TransportAddress Local { get; }

    /// <summary>The client's address.</summary>
    public TransportAddress Remote { get; }

    /// <summary>Whether somebody else accepted it (<see cref="StreamEdge.TryAttach"/>): its stream may then carry nothing but whole frames.</summary>
    public bool IsAttached => _socket is null;

    /// <summary>Completes when the connection has ended and everything of it is closed. Never fails.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether it has ended: it is taken from the inbox for the last time, and nothing can be sent to it any more.</summary>
    public bool HasEnded => _ended;

    /// <summary>Why it ended or is about to.</summary>
    public StreamCloseReason CloseReason => (StreamCloseReason)Volatile.Read(ref _reason);

    /// <summary>
    /// Says that the owner knows this client: it may send frames of any length that the format has, gets the whole outbound buffer, and may be
    /// without a frame for longer.
    /// </summary>
    /// <param name="idleTimeout">How long it may be without a complete frame from now on.</param>
    public void Trust(TimeSpan idleTimeout)
    {
        _trusted = true;
        _pace.Trust(idleTimeout);
    }

    /// <summary>Hands the connection back to read on; ends the shard's dealings with it if it <see cref="HasEnded"/>.</summary>
    public void Release()
    {
        if (_ended)
        {
            _inbox.Remove(Id);
        }
        else
        {
            _released.Set();
        }
    }

    /// <summary>Closes: what waits to be sent is sent, further frames are dropped, and the client has a moment to close its side.</summary>
    public void Close() => BeginClose(StreamCloseReason.ByOwner);

    internal void BeginClose(StreamCloseReason reason)
    {
        Interlocked.CompareExchange(ref _reason, (int)reason, (int)StreamCloseReason.None);
        if (_closing) return;
        Volatile.Write(ref _closingSince, _edge.Now);
        _closing = true;
        _writable.Set();
    }

    /// <summary>Closes at once; what waits to be sent is lost.</summary>
    internal void Abort(StreamCloseReason reason)
    {
        BeginClose(reason);
        if (_socket is not null)
        {
            _socket.Close(0); // A reset: a client that does not read would otherwise keep kernel memory for long.
        }

        _stream.Dispose();
    }

    /// <summary>Closes at once, whatever the shard was about to do with it.</summary>
    internal void Abandon()
    {
        Abort(StreamCloseReason.Shutdown);
        _released.Set();
    }

    internal void Start() => _ = RunAsync();

    /// <summary>Enforces the deadlines.</summary>
    internal void CheckDeadlines(long now)
    {
        if (_ended) return;
        if (_closing)
        {
            if (now - Volatile.Read(ref _closingSince) >= _edge.Options.CloseTimeout.Ticks) Abort(StreamCloseReason.ByOwner);
            return;
        }

        StreamCloseReason reason = IsWriteStalled(now) ? StreamCloseReason.WriteStalled : _carry is null ? _pace.Check(now) : StreamCloseReason.None;
        if (reason != StreamCloseReason.None) Abort(reason);
    }

    // TLS in the middle of something cannot even be ended, which OpenSSL and SChannel say in their own ways.
    internal static bool IsStreamFailure(Exception exception) =>
        exception is IOException or InvalidDataException or Win32Exception or ObjectDisposedException or OperationCanceledException or InvalidOperationException
            or AuthenticationException or CryptographicException;

    private async Task RunAsync()
    {
        Task writing = WriteAllAsync();
        StreamCloseReason reason = await ReadAllAsync().ConfigureAwait(false);
        if (reason == StreamCloseReason.HandedOver) await CarryAsync(writing).ConfigureAwait(false);
        BeginClose(reason);
        await writing.ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        _ended = true;
        _edge.OnEnded(this);

        // A shard that never saw the connection need not hear of its end.
        if (_announced)
        {
            _inbox.Enqueue(this);
        }
        else
        {
            _inbox.Remove(Id);
        }

        _completion.SetResult();
    }
}
