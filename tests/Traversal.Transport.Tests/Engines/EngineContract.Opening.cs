using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

public abstract partial class EngineContract
{
    [Fact]
    public void A_listener_cannot_be_opened_where_somebody_listens_and_a_share_of_it_can()
    {
        using EngineHarness harness = NewHarness();
        using EngineHarness second = NewHarness();
        (_, TransportAddress address) = harness.Open(SocketRole.Listener);

        Assert.Equal(OpenFailure.AddressInUse, harness.FailToOpen(address, SocketRole.Listener));
        Assert.Equal(OpenFailure.AddressInUse, second.FailToOpen(address, SocketRole.Listener));
        Assert.Equal(OpenFailure.AddressInUse, second.FailToOpen(address, SocketRole.Relay));

        SkipUnless(second, EngineCapabilities.SharedListeners);
        second.Open(SocketRole.ListenerShare, address);
        Assert.Equal(OpenFailure.AddressInUse, second.FailToOpen(address, SocketRole.Listener));
        Assert.Equal(OpenFailure.AddressInUse, second.FailToOpen(address, SocketRole.Relay));
    }

    [Fact]
    public void A_relay_port_is_never_shared()
    {
        using EngineHarness harness = NewHarness();
        (_, TransportAddress address) = harness.Open();

        Assert.Equal(OpenFailure.AddressInUse, harness.FailToOpen(address, SocketRole.Relay));
        Assert.Equal(OpenFailure.AddressInUse, harness.FailToOpen(address, SocketRole.Listener));
        Assert.SkipUnless(harness.Engine.Capabilities.HasFlag(EngineCapabilities.SharedListeners), "this engine cannot share listeners here");
        Assert.Equal(OpenFailure.AddressInUse, harness.FailToOpen(address, SocketRole.ListenerShare));
    }

    [Fact]
    public void Shares_of_a_listener_split_the_clients_and_keep_each_client_at_one_share()
    {
        using EngineHarness first = NewHarness();
        using EngineHarness second = NewHarness();
        SkipUnless(first, EngineCapabilities.SharedListeners);
        (_, TransportAddress address) = first.Open(SocketRole.Listener);
        second.Open(SocketRole.ListenerShare, address);

        var atFirst = new HashSet<TransportAddress>();
        var atSecond = new HashSet<TransportAddress>();
        for (int client = 0; client < 64; client++)
        {
            (Socket peer, _) = EngineHarness.OpenPeer();
            using (peer)
            {
                for (int i = 0; i < 3; i++) peer.SendTo("x"u8, address.ToIPEndPoint());
            }
        }

        int received = 0;
        for (int turn = 0; turn < 1_000 && received < 3 * 64; turn++)
        {
            received += Collect(first, atFirst) + Collect(second, atSecond);
        }

        Assert.Equal(3 * 64, received);
        Assert.NotEmpty(atFirst);
        Assert.NotEmpty(atSecond);
        Assert.Empty(atFirst.Intersect(atSecond));

        static int Collect(EngineHarness harness, HashSet<TransportAddress> clients)
        {
            ReadOnlySpan<Datagram> batch = harness.Engine.Receive(TimeSpan.FromMilliseconds(10));
            foreach (ref readonly Datagram datagram in batch) clients.Add(datagram.Remote);
            return batch.Length;
        }
    }

    [Fact]
    public void An_address_of_another_machine_is_not_available()
    {
        using EngineHarness harness = NewHarness();
        Assert.Equal(OpenFailure.AddressNotAvailable, harness.FailToOpen(TransportAddress.Parse("192.0.2.1:0"), SocketRole.Relay));
        Assert.Equal(OpenFailure.AddressNotAvailable, harness.FailToOpen(TransportAddress.Parse("192.0.2.1:0"), SocketRole.Listener));
    }

    [Fact]
    public void A_full_engine_says_so_and_has_room_again_after_a_close()
    {
        using EngineHarness harness = NewHarness(new DatagramEngineOptions { MaxSockets = 2 });
        (SocketId first, _) = harness.Open();
        harness.Open();

        Assert.Equal(OpenFailure.OutOfDescriptors, harness.FailToOpen(EngineHarness.AnyPort, SocketRole.Relay));
        harness.Engine.Close(first);
        (SocketId third, _) = harness.Open();

        Assert.NotEqual(first, third);
        Assert.Equal(DatagramEngine.IndexOf(first), DatagramEngine.IndexOf(third));
    }

    [Fact]
    public void A_closed_port_is_free_at_once_and_a_failed_open_leaves_nothing_behind()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        harness.FailToOpen(address, SocketRole.Relay);

        harness.Engine.Close(id);
        harness.Engine.Close(id);
        (SocketId again, TransportAddress bound) = harness.Open(local: address);

        Assert.Equal(address, bound);
        Assert.NotEqual(id, again);
    }

    [Fact]
    public void Disposal_frees_the_ports_and_may_be_repeated()
    {
        TransportAddress address;
        using (EngineHarness harness = NewHarness())
        {
            (_, address) = harness.Open(SocketRole.Listener);
            harness.Engine.Dispose();
            harness.Engine.Wake();
        }

        using EngineHarness next = NewHarness();
        next.Open(SocketRole.Listener, address);
    }

    private protected static void SkipUnless(EngineHarness harness, EngineCapabilities capability) =>
        Assert.SkipUnless(harness.Engine.Capabilities.HasFlag(capability), $"the {harness.Engine.Name} engine has no {capability} here");
}
