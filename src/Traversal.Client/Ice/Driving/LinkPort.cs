using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

/// <summary>A connection to a TURN server.</summary>
internal sealed class LinkPort(int number, ServerLink link) : Port
{
    public int Number => number;

    public override ValueTask<ReceivedDatagram> ReceiveAsync() => link.ReceiveAsync();

    public override ReadOnlySpan<byte> Received(int length) => link.Received(length);

    public override ConnectivityArrival Hand(ConnectivityMachine machine, in ReceivedDatagram arrival, MonotonicTime now) =>
        machine.OnLinkMessage(number, Received(arrival.Length), now);

    public override NetworkStatus Send(ReadOnlySpan<byte> message, in TransportAddress destination, bool isData) => link.Send(message, isData);

    public override ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken) => link.WaitForRoomAsync(cancellationToken);

    public override bool Survives(NetworkStatus failure) => false;

    public override ValueTask DisposeAsync() => link.DisposeAsync();
}
