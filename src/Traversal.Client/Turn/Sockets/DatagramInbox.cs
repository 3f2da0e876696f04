using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Transport.Linux;

namespace Traversal.Client.Sockets;

/// <summary>
/// What has come for an application: handed to the receive that waits, or kept in order up to a bound, beyond which the newest is dropped. Allocates
/// nothing for each datagram.
/// </summary>
internal sealed class DatagramInbox
{
    public const int MaxBytes = 256 << 10;
    public const int MaxDatagrams = 512;

    private readonly Lock _gate = new();
    private readonly DatagramRing _kept = new(MaxDatagrams, MaxBytes);
    private readonly SingleWait<ReceivedDatagram> _arrival;

    // What came with the datagram that a receive was woken for, while it runs: what it takes at once need not be kept.
    private DatagramBatch? _open;
    private ReceivedDatagram _result;
    private Memory<byte> _buffer;
    private bool _isClosed;
    private long _dropped;

    public DatagramInbox() => _arrival = new SingleWait<ReceivedDatagram>(_gate);

    /// <summary>Datagrams that were dropped as nobody received them in time.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        short version;
        lock (_gate)
        {
            if (_arrival.IsWaiting) throw new InvalidOperationException("Another receive waits.");
            if (_open is not null && _open.TryTake(out ReadOnlySpan<byte> next)) return new(Copy(next, buffer.Span, default));
            if (_kept.TryTake(buffer.Span, out ReceivedDatagram kept)) return new(kept);
            if (_isClosed) return new(new ReceivedDatagram(NetworkStatus.Closed, 0, default));

            _buffer = buffer;
            version = _arrival.Begin(cancellationToken);
        }

        _arrival.Register(cancellationToken);
        return new ValueTask<ReceivedDatagram>(_arrival, version);
    }

    /// <summary>Takes what waits, for somebody who will not ask again once there is nothing: its room is given back then.</summary>
    public bool TryReceive(Span<byte> buffer, out ReceivedDatagram kept)
    {
        lock (_gate)
        {
            if (_kept.TryTake(buffer, out kept)) return true;

            _kept.Release();
            return false;
        }
    }

    /// <summary>Puts a datagram in.</summary>
    /// <returns>Whether somebody waits for it: <see cref="Wake()"/> is to follow.</returns>
    public bool Put(in TransportAddress peer, ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            if (!_arrival.IsWaiting)
            {
                if (!_isClosed && !_kept.TryAdd(in peer, data)) _dropped++;
                return false;
            }

            return Finish(Copy(data, _buffer.Span, in peer));
        }
    }

    /// <summary>Puts in what a batch has kept, whose peer needs no saying.</summary>
    /// <returns>Whether somebody waits for it: <see cref="Wake(DatagramBatch)"/> is to follow.</returns>
    public bool Put(DatagramBatch batch)
    {
        lock (_gate)
        {
            if (!_arrival.IsWaiting)
            {
                KeepRest(batch);
                return false;
            }

            if (!batch.TryTake(out ReadOnlySpan<byte> first)) return false;

            ReceivedDatagram copied = Copy(first, _buffer.Span, default);
            if (batch.HasMore) _open = batch;
            return Finish(in copied);
        }
    }

    /// <summary>Lets the receive that has got its datagram go on, in this thread.</summary>
    public void Wake() => _arrival.Complete(_result);

    /// <summary>Does so, and keeps what it has left of the batch.</summary>
    public void Wake(DatagramBatch batch)
    {
        bool isOpen = batch.HasMore;
        try
        {
            Wake();
        }
        finally
        {
            if (isOpen) CloseBatch(batch);
        }
    }

    // Also where the application's code throws: the batch is another socket's next.
    private void CloseBatch(DatagramBatch batch)
    {
        lock (_gate)
        {
            if (_open == batch) _open = null;
            KeepRest(batch);
        }
    }

    /// <summary>Takes no more. What is there can be received still; a receive that waits is told.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (!_arrival.IsWaiting) return;
            Finish(new ReceivedDatagram(NetworkStatus.Closed, 0, default));
        }

        Wake();
    }

    private static ReceivedDatagram Copy(ReadOnlySpan<byte> data, Span<byte> buffer, in TransportAddress peer)
    {
        int length = Math.Min(data.Length, buffer.Length);
        data[..length].CopyTo(buffer);
        return new ReceivedDatagram(length < data.Length ? NetworkStatus.TooLong : NetworkStatus.Ok, length, peer);
    }

    private void KeepRest(DatagramBatch batch)
    {
        while (batch.TryTake(out ReadOnlySpan<byte> data))
        {
            if (!_isClosed && !_kept.TryAdd(default, data)) _dropped++;
        }
    }

    private bool Finish(in ReceivedDatagram result)
    {
        _arrival.End();
        _result = result;
        _buffer = default;
        return true;
    }
}
