using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class ScaleTests
{
    [Fact]
    public void A_hundred_thousand_allocations_live_and_leave_nothing_behind()
    {
        const int Count = 100_000;
        var relay = new TestRelay(options =>
        {
            for (int i = 1; i <= 8; i++) options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse($"198.0.2.{i}:0")));
            options.MaxAllocationsPerUser = Count;
            options.NewPeersPerSecondPerUser = 0;
        });
        var client = new TestClient(relay);
        byte[] reply = new byte[RelayMachine.MinReplyLength];
        int[] handles = new int[Count];
        Build allocate = (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp);
        Build bind = (ref writer) =>
        {
            writer.AddChannelNumber(new ChannelNumber(0x4000));
            writer.AddPeerAddress(TransportAddress.Parse("9.9.9.9:9"));
        };
        for (int i = 0; i < Count; i++)
        {
            // Blocks of one source share a nonce.
            client.Address = ClientAddress(i);
            if (i % 100 == 0) client.Nonce = Fetch(relay, client, reply);
            relay.Machine.OnClientDatagram(
                client.Via, client.Address, client.Message(StunMethod.Allocate, allocate, TestClient.NewId(), true), reply, relay.Clock);
            Assert.True(relay.Machine.TryTakeCommand(out RelayCommand command));
            handles[i] = command.Allocation;
            Assert.Equal(RelayAction.Reply, relay.Machine.OnRelayOpened(command.Allocation, new SocketId(i + 1), reply, relay.Clock).Action);
            relay.Machine.OnClientDatagram(
                client.Via, client.Address, client.Message(StunMethod.ChannelBind, bind, TestClient.NewId(), true), reply, relay.Clock);
        }

        Assert.Equal(Count, relay.Machine.AllocationCount);
        Assert.Equal(Count, handles.Distinct().Count());
        byte[] data = TestClient.ChannelDataBytes(0x4000, [1]);
        for (int i = 0; i < Count; i++)
        {
            RelayVerdict verdict = relay.Machine.OnClientDatagram(client.Via, ClientAddress(i), data, reply, relay.Clock);
            Assert.Equal(new SocketId(i + 1), verdict.Via);
            RelayVerdict back = relay.Machine.OnPeerDatagram(handles[i], TransportAddress.Parse("9.9.9.9:9"), new byte[65], relay.Clock);
            Assert.Equal(ClientAddress(i), back.Destination);
        }

        relay.AdvanceSilently(TimeSpan.FromSeconds(601));
        while (relay.Machine.NextDeadline <= relay.Clock.Now) relay.Machine.OnTime(relay.Clock);
        int closed = 0;
        while (relay.Machine.TryTakeCommand(out RelayCommand command)) closed += command.Kind == RelayCommandKind.CloseRelay ? 1 : 0;
        Assert.Equal(Count, closed);
        Assert.Equal(0, relay.Machine.AllocationCount);
        Assert.Equal(0, relay.Group.ChargedCount);
        Assert.Equal(MonotonicTime.Never, relay.Machine.NextDeadline);
    }

    private static TransportAddress ClientAddress(int i) => TransportAddress.FromIPv4(0xC601_0000 + (uint)(i / 100), (ushort)(1024 + i % 100));

    private static byte[] Fetch(TestRelay relay, TestClient client, byte[] reply)
    {
        relay.Advance(0.02);
        byte[] request = client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: false);
        RelayVerdict verdict = relay.Machine.OnClientDatagram(client.Via, client.Address, request, reply, relay.Clock);
        return Sent.From(in verdict, [], reply).Nonce;
    }
}
