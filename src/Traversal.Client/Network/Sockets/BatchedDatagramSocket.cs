using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Traversal.Primitives;
using Traversal.Transport;
using Traversal.Transport.Linux;

namespace Traversal.Client.Network.Sockets;

/// <summary>
/// A datagram socket for anybody, by the kernel's own calls: who receives in batches costs the system less than by the framework, and is told once that there is
/// something instead of for every datagram.
/// </summary>
internal sealed class BatchedDatagramSocket : IDatagramSocket, IValueTaskSource<ReceivedDatagram>, IThreadPoolWorkItem
{
    /// <summary>The longest payload of UDP over IPv4 is 20 bytes shorter; the system decides.</summary>
    private const int MaxLength = 65_527;

    // There before anybody has this.
    private BatchSocket _socket = null!;
    private ManualResetValueTaskSourceCore<ReceivedDatagram> _arrival;
    private Memory<byte> _buffer;
    private bool _isForBatch;
    private int _isReceiving;

    private BatchedDatagramSocket(Socket socket) => LocalAddress = TransportAddress.From((IPEndPoint)socket.LocalEndPoint!);

    public TransportAddress LocalAddress { get; }

    /// <summary>Takes a bound socket over, where the system has such calls.</summary>
    public static BatchedDatagramSocket? TryCreate(Socket socket)
    {
        var batched = new BatchedDatagramSocket(socket);
        if (BatchSocket.TryCreate(socket, batched) is not { } taken) return null;

        batched._socket = taken;
        return batched;
    }

    public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination)
    {
        if (datagram.Length > MaxLength) return NetworkStatus.TooLong;
        if (destination.Family != LocalAddress.Family) return NetworkStatus.AddressNotAvailable;

        return _socket.TrySend(datagram, in destination, out SendFailure failure) ? NetworkStatus.Ok : ToStatus(failure);
    }

    /// <summary>Sends datagrams of one size that lie one behind the other; the last may be shorter.</summary>
    /// <param name="datagrams">The payloads.</param>
    /// <param name="size">The length of each but the last: at least 1.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="taken">How many bytes the system took; those behind them are unsent.</param>
    public NetworkStatus SendRun(ReadOnlySpan<byte> datagrams, int size, in TransportAddress destination, out int taken)
    {
        taken = 0;
        if (size > MaxLength) return NetworkStatus.TooLong;
        if (destination.Family != LocalAddress.Family) return NetworkStatus.AddressNotAvailable;

        taken = _socket.SendRun(datagrams, size, in destination, out SendFailure failure);
        return taken == datagrams.Length ? NetworkStatus.Ok : ToStatus(failure);
    }

    public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer)
    {
        Begin();
        _buffer = buffer;
        _isForBatch = false;
        if (TryReceive(out ReceivedDatagram arrival))
        {
            Volatile.Write(ref _isReceiving, 0);
            return new(arrival);
        }

        return Wait();
    }

    /// <summary>Waits until there may be something for <see cref="TryReceive(DatagramBatch)"/>, or the socket is closed.</summary>
    public ValueTask<ReceivedDatagram> WaitAsync()
    {
        Begin();
        _isForBatch = true;
        return Wait();
    }

    /// <summary>Whether there is likely more than the last <see cref="TryReceive(DatagramBatch)"/> found; if not, <see cref="WaitAsync"/> costs less.</summary>
    public bool ExpectsMore => _socket.ExpectsMore;

    /// <summary>Receives what there is, as far as it fits; false once the socket is closed. While nobody waits.</summary>
    public bool TryReceive(DatagramBatch batch) => _socket.Receive(batch);

    public void Dispose() => _socket.Dispose();

    // There is something, or the socket is closed.
    void IThreadPoolWorkItem.Execute()
    {
        ReceivedDatagram arrival = default;
        if (_isForBatch || TryReceive(out arrival))
        {
            Volatile.Write(ref _isReceiving, 0);
            _arrival.SetResult(arrival);
        }
        else
        {
            _socket.NotifyWhenReadable();
        }
    }

    ReceivedDatagram IValueTaskSource<ReceivedDatagram>.GetResult(short token) => _arrival.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReceivedDatagram>.GetStatus(short token) => _arrival.GetStatus(token);

    void IValueTaskSource<ReceivedDatagram>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _arrival.OnCompleted(continuation, state, token, flags);

    private void Begin()
    {
        if (Interlocked.Exchange(ref _isReceiving, 1) != 0) throw new InvalidOperationException("Another receive waits.");
    }

    private ValueTask<ReceivedDatagram> Wait()
    {
        _arrival.Reset();
        ValueTask<ReceivedDatagram> waiting = new(this, _arrival.Version);
        _socket.NotifyWhenReadable();
        return waiting;
    }

    private bool TryReceive(out ReceivedDatagram arrival)
    {
        if (_socket.TryReceive(_buffer.Span, out int whole, out TransportAddress source, out bool isClosed))
        {
            int length = Math.Min(whole, _buffer.Length);
            arrival = new ReceivedDatagram(length < whole ? NetworkStatus.TooLong : NetworkStatus.Ok, length, source);
            return true;
        }

        arrival = new ReceivedDatagram(NetworkStatus.Closed, 0, default);
        return isClosed;
    }

    private static NetworkStatus ToStatus(SendFailure failure) => failure switch
    {
        SendFailure.NoBuffer => NetworkStatus.NoBuffer,
        SendFailure.Unreachable => NetworkStatus.Unreachable,
        SendFailure.Denied => NetworkStatus.Denied,
        SendFailure.TooLong => NetworkStatus.TooLong,
        SendFailure.BadDestination => NetworkStatus.AddressNotAvailable,
        SendFailure.NoSocket => NetworkStatus.Closed,
        _ => NetworkStatus.Failed,
    };
}
