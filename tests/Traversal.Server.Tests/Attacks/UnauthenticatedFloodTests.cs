using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Server.Tests.Attacks;

/// <summary>
/// coturn#1999, #780, turn-rs, Firezone: each well-formed request of a stranger took memory, a socket or a task. Here it takes nothing until its nonce
/// has proved its address and its integrity its user.
/// </summary>
public sealed class UnauthenticatedFloodTests
{
    private const int Requests = 20_000;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_flood_of_Allocates_leaves_nothing_behind(bool signed, bool withNonce)
    {
        var relay = new TestRelay(options => options.RepliesPerSecond = 0);
        var client = new TestClient(relay, password: "wrong");
        client.Nonce = withNonce ? client.Bare(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp)).Nonce : [1];
        byte[] request = client.Message(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), signed);
        byte[] reply = new byte[RelayMachine.MinReplyLength];
        Flood(relay, request, reply, 1000);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Flood(relay, request, reply, Requests);

        Assert.Equal(0, (GC.GetAllocatedBytesForCurrentThread() - before) / Requests);
        Assert.Equal(0, relay.Machine.AllocationCount);
        Assert.Equal(0, relay.Group.ChargedCount);
        Assert.False(relay.Machine.TryTakeCommand(out _));
        Assert.Equal(MonotonicTime.Never, relay.Machine.NextDeadline);
    }

    private static void Flood(TestRelay relay, byte[] request, byte[] reply, int count)
    {
        Span<byte> copy = stackalloc byte[request.Length];
        for (int i = 0; i < count; i++)
        {
            request.CopyTo(copy);
            relay.Machine.OnClientDatagram(TestRelay.Udp, TransportAddress.FromIPv4(0xC601_0000 + (uint)i, 7), copy, reply, relay.Clock);
        }
    }
}
