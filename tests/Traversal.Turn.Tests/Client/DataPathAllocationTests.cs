using Traversal.Primitives;
using Traversal.Turn.Client;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

/// <summary>Data to and from peers allocates nothing, nor does what is dropped.</summary>
public sealed class DataPathAllocationTests
{
    private const int Packets = 20_000;

    private readonly ClientHost _host = new ClientHost().Settle();

    public DataPathAllocationTests()
    {
        _host.Send("9.9.9.9:9", [1]);
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.8:8"), _host.Now));
        _host.Run(1);
    }

    [Fact]
    public void To_a_peer_with_a_channel() => AssertAllocatesNothing(Sending("9.9.9.9:9", TurnWrapStatus.Ready));

    [Fact]
    public void To_a_peer_without()
    {
        _host.Send("9.9.9.8:8", [1]);
        AssertAllocatesNothing(Sending("9.9.9.8:8", TurnWrapStatus.Ready));
    }

    [Fact]
    public void To_a_peer_that_is_not_permitted_yet() => AssertAllocatesNothing(Sending("9.9.9.7:7", TurnWrapStatus.Pending));

    [Fact]
    public void From_a_peer_with_a_channel() => AssertAllocatesNothing(Receiving("9.9.9.9:9"));

    [Fact]
    public void From_a_peer_without() => AssertAllocatesNothing(Receiving("9.9.9.8:8"));

    [Fact]
    public void Garbage() => AssertAllocatesNothing(Receiving([0x15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], TurnArrivalKind.Dropped));

    private Action Sending(string peer, TurnWrapStatus expected)
    {
        byte[] packet = new byte[TurnAllocation.Headroom + 160 + TurnAllocation.Tailroom];
        TransportAddress address = ClientHost.Peer(peer);
        return () =>
        {
            if (_host.Allocation.TryWrap(in address, packet, 160, _host.Now, out _, out _) != expected) throw new InvalidOperationException();
        };
    }

    private Action Receiving(string peer) => Receiving(
        _host.Relay.FromPeer(_host.Relay.RelayAt(_host.Allocation.RelayedAddress), ClientHost.Peer(peer), new byte[160]).Bytes, TurnArrivalKind.Data);

    private Action Receiving(byte[] message, TurnArrivalKind expected) => () =>
    {
        if (_host.Allocation.OnMessage(message, _host.Now).Kind != expected) throw new InvalidOperationException();
    };

    private static void AssertAllocatesNothing(Action packet)
    {
        for (int i = 0; i < 100; i++) packet();

        // The runtime itself may allocate once while it compiles; a packet that allocates does so in every round.
        long least = long.MaxValue;
        for (int round = 0; round < 5 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Packets; i++) packet();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
