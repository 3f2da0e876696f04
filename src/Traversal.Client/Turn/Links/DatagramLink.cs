using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Links;

/// <summary>A server over UDP: what others than the server send is dropped by the system.</summary>
internal sealed class DatagramLink(IDatagramSocket socket, TransportAddress server, TimeProvider time) : ServerLink
{
    private static readonly TimeSpan RoomWait = TimeSpan.FromMilliseconds(1);

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(ushort.MaxValue, pinned: true);

    public override bool IsStream => false;

    public override TransportAddress LocalAddress => socket.LocalAddress;

    public override NetworkStatus Send(ReadOnlySpan<byte> message, bool isData) => socket.Send(message, in server);

    public override ValueTask<ReceivedDatagram> ReceiveAsync() => socket.ReceiveAsync(_buffer);

    public override ReadOnlySpan<byte> Received(int length) => _buffer.AsSpan(0, length);

    // The system says neither when there is room nor that there is none: what does not fit is lost, as on the way.
    public override async ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(RoomWait, time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public override ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
