using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>
/// One end of a TCP connection. Bytes come in order and complete, whatever the links do to its segments, which go the way of every packet: through NATs and
/// firewalls. There is neither slow start nor a limit of bandwidth, but a window that the other side has to read. Not modelled: half-closed connections, and a
/// connection that breaks because its segments get nowhere any more.
/// </summary>
public sealed class TcpEnd
{
    private const int Window = 256 << 10, MaxSegment = 1440;

    private readonly HostTcp _tcp;
    private readonly Dictionary<long, byte[]> _early = [];
    private readonly Queue<ReadOnlyMemory<byte>> _arrived = new();
    private ReadOnlyMemory<byte> _first;
    private long _sent, _sentConsumed, _received, _consumed, _toldConsumed;
    private long? _end;

    internal TcpEnd(HostTcp tcp, in TransportAddress local, in TransportAddress remote, TcpState state)
    {
        _tcp = tcp;
        Local = local;
        Remote = remote;
        State = state;
    }

    /// <summary>This end.</summary>
    public TransportAddress Local { get; }

    /// <summary>The other end, as it is seen here.</summary>
    public TransportAddress Remote { get; }

    /// <summary>What has become of it.</summary>
    public TcpState State { get; private set; }

    /// <summary>Called when there may be something to read, room to write, or another state.</summary>
    public Action? OnChanged { get; set; }

    /// <summary>How many bytes can be read.</summary>
    public int Available => (int)(_received - _consumed);

    /// <summary>Whether the other side has closed it and all that it sent was read.</summary>
    public bool HasEnded => _end == _consumed;

    /// <summary>Writes as much as there is room for.</summary>
    /// <returns>How many bytes were written; none unless it is <see cref="TcpState.Open"/>.</returns>
    public int Write(ReadOnlySpan<byte> bytes)
    {
        if (State != TcpState.Open) return 0;

        bytes = bytes[..(int)Math.Min(bytes.Length, Window - (_sent - _sentConsumed))];
        for (ReadOnlySpan<byte> left = bytes; !left.IsEmpty;)
        {
            ReadOnlySpan<byte> next = left[..Math.Min(left.Length, MaxSegment)];
            Send(TcpFlags.None, next);
            _sent += next.Length;
            left = left[next.Length..];
        }

        return bytes.Length;
    }

    /// <summary>Reads what there is.</summary>
    /// <returns>How many bytes were read.</returns>
    public int Read(Span<byte> destination)
    {
        int read = 0;
        while (read < destination.Length && (!_first.IsEmpty || _arrived.TryDequeue(out _first)))
        {
            int length = Math.Min(destination.Length - read, _first.Length);
            _first.Span[..length].CopyTo(destination[read..]);
            _first = _first[length..];
            read += length;
        }

        _consumed += read;
        if (State == TcpState.Open && _consumed - _toldConsumed >= Window / 4) Send(TcpFlags.None, []);
        return read;
    }

    /// <summary>Closes it: the other side gets all that was written, unless something stays unread here, which resets the connection.</summary>
    public void Close()
    {
        if (State == TcpState.Open) Send(Available > 0 ? TcpFlags.Reset : TcpFlags.End, []);
        if (State != TcpState.Open || Available > 0 || _end is not null) _tcp.Remove(this);
        State = TcpState.Closed;
        OnChanged?.Invoke();
    }

    internal void OnSegment(TcpSegment segment, byte[] bytes)
    {
        _sentConsumed = Math.Max(_sentConsumed, segment.Consumed);
        if (segment.Flags.HasFlag(TcpFlags.Reset))
            Leave(State == TcpState.Connecting ? TcpState.Refused : TcpState.Broken);
        else if (State == TcpState.Closed)
            OnSegmentAfterClose(segment, bytes);
        else
            Take(segment, bytes);
    }

    internal void OnConnectTimeout()
    {
        if (State == TcpState.Connecting) Leave(TcpState.TimedOut);
    }

    internal void Send(TcpFlags flags, ReadOnlySpan<byte> bytes)
    {
        _toldConsumed = _consumed;
        _tcp.Send(Local, Remote, new TcpSegment(flags, _sent, _consumed), bytes);
    }

    private void Take(TcpSegment segment, byte[] bytes)
    {
        if (segment.Flags.HasFlag(TcpFlags.Accept)) State = TcpState.Open;
        if (segment.Flags.HasFlag(TcpFlags.End)) _end = segment.Sequence;
        if (bytes.Length > 0) _early[segment.Sequence] = bytes;
        while (_early.Remove(_received, out byte[]? next))
        {
            _arrived.Enqueue(next);
            _received += next.Length;
        }

        OnChanged?.Invoke();
    }

    // Nobody is there to read what comes.
    private void OnSegmentAfterClose(TcpSegment segment, byte[] bytes)
    {
        if (bytes.Length > 0) Send(TcpFlags.Reset, []);
        if (bytes.Length > 0 || segment.Flags.HasFlag(TcpFlags.End)) _tcp.Remove(this);
    }

    private void Leave(TcpState state)
    {
        if (State != TcpState.Closed) State = state;
        _tcp.Remove(this);
        OnChanged?.Invoke();
    }
}
