using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

/// <summary>The socket of a base.</summary>
internal sealed class BasePort(IDatagramSocket socket) : Port
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ushort.MaxValue, pinned: true);

    public TransportAddress Address { get; } = socket.LocalAddress;

    public override ValueTask<ReceivedDatagram> ReceiveAsync() => socket.ReceiveAsync(_buffer);

    public override ReadOnlySpan<byte> Received(int length) => _buffer.AsSpan(0, length);

    public override ConnectivityArrival Hand(ConnectivityMachine machine, in ReceivedDatagram arrival, MonotonicTime now) =>
        machine.OnPacket(Address, arrival.Source, Received(arrival.Length), now);

    public override NetworkStatus Send(ReadOnlySpan<byte> message, in TransportAddress destination, bool isData) => socket.Send(message, in destination);

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
