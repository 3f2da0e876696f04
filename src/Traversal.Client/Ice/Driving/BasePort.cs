using Traversal.Client.Network;
using Traversal.Client.Network.Sockets;
using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

/// <summary>The socket of a base.</summary>
internal sealed class BasePort(IDatagramSocket socket) : Port
{
    // Of a socket that has no batches.
    private byte[] _buffer = [];

    public TransportAddress Address { get; } = socket.LocalAddress;

    /// <summary>The socket, if it receives in batches.</summary>
    public BatchedDatagramSocket? Batches { get; } = socket as BatchedDatagramSocket;

    public override ValueTask<ReceivedDatagram> ReceiveAsync()
    {
        if (_buffer.Length == 0) _buffer = GC.AllocateUninitializedArray<byte>(ushort.MaxValue, pinned: true);
        return socket.ReceiveAsync(_buffer);
    }

    public override ReadOnlySpan<byte> Received(int length) => _buffer.AsSpan(0, length);

    public override ConnectivityArrival Hand(ConnectivityMachine machine, in ReceivedDatagram arrival, MonotonicTime now) =>
        machine.OnPacket(Address, arrival.Source, Received(arrival.Length), now);

    public override NetworkStatus Send(ReadOnlySpan<byte> message, in TransportAddress destination, bool isData) => socket.Send(message, in destination);

    /// <summary>Sends datagrams of one size that lie one behind the other; the last may be shorter.</summary>
    public NetworkStatus SendRun(ReadOnlySpan<byte> datagrams, int size, in TransportAddress destination, out int taken)
    {
        if (Batches is not null) return Batches.SendRun(datagrams, size, in destination, out taken);

        for (taken = 0; taken < datagrams.Length;)
        {
            int length = Math.Min(size, datagrams.Length - taken);
            NetworkStatus status = socket.Send(datagrams.Slice(taken, length), in destination);
            if (status != NetworkStatus.Ok) return status;
            taken += length;
        }

        return NetworkStatus.Ok;
    }

    // The system says neither when there is room nor that there is none: what does not fit is lost, as on the way.
    public override async ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public override bool Survives(NetworkStatus failure) => failure is not (NetworkStatus.Closed or NetworkStatus.Failed);

    public override ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
