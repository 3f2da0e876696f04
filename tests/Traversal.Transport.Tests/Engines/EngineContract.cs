using System.Net.Sockets;
using System.Text;
using Traversal.Primitives;

namespace Traversal.Transport.Tests.Engines;

/// <summary>What every engine does; each engine runs all of it.</summary>
public abstract partial class EngineContract(EngineKind kind)
{
    private EngineHarness NewHarness(DatagramEngineOptions? options = null) => new(kind, options);

    [Fact]
    public void A_datagram_arrives_with_its_socket_its_sender_and_its_bytes()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        (Socket peer, TransportAddress peerAddress) = EngineHarness.OpenPeer();
        using (peer)
        {
            peer.SendTo("hello"u8, address.ToIPEndPoint());
            (SocketId socket, TransportAddress remote, byte[] bytes) = Assert.Single(harness.ReceiveAtLeast(1));

            Assert.Equal(id, socket);
            Assert.Equal(peerAddress, remote);
            Assert.Equal("hello"u8.ToArray(), bytes);
        }
    }

    [Fact]
    public void A_datagram_sent_reaches_its_destination_from_the_socket_s_address()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        (Socket peer, TransportAddress peerAddress) = EngineHarness.OpenPeer();
        using (peer)
        {
            harness.Send(id, peerAddress, "hello");

            byte[] buffer = new byte[100];
            System.Net.EndPoint from = new System.Net.IPEndPoint(0, 0);
            int length = peer.ReceiveFrom(buffer, ref from);
            Assert.Equal("hello", Encoding.ASCII.GetString(buffer, 0, length));
            Assert.Equal(address, TransportAddress.From((System.Net.IPEndPoint)from));
        }
    }

    [Fact]
    public void A_received_datagram_can_be_sent_on_with_a_header_written_in_front_of_it()
    {
        using EngineHarness harness = NewHarness();
        (SocketId id, TransportAddress address) = harness.Open();
        (Socket peer, TransportAddress peerAddress) = EngineHarness.OpenPeer();
        using (peer)
        {
            peer.SendTo("payload"u8, address.ToIPEndPoint());
            ReadOnlySpan<Datagram> batch = harness.Engine.Receive(EngineHarness.Patience);
            Datagram received = batch[0];
            int start = received.Start - DatagramEngine.Headroom;
            harness.Engine.Slab.Slice(start, DatagramEngine.Headroom).Fill((byte)'h');
            harness.Engine.Send([new Datagram(id, start, DatagramEngine.Headroom + received.Length, peerAddress)]);

            Assert.Equal(new string('h', DatagramEngine.Headroom) + "payload", EngineHarness.ReceiveText(peer));
        }
    }

    [Fact]
    public void A_listener_cannot_be_opened_where_somebody_listens_and_a_share_of_it_can()
    {
        using EngineHarness harness = NewHarness();
        using EngineHarness second = NewHarness();
        (_, TransportAddress address) = harness.Open(SocketRole.Listener);

        Assert.Equal(OpenFailure.AddressInUse, harness.FailToOpen(address, SocketRole.Listener));
        Assert.Equal(OpenFailure.AddressInUse, second.FailToOpen(address, SocketRole.Listener));
        Assert.Equal(OpenFailure.AddressInUse, second.FailToOpen(address, SocketRole.Relay));

        Assert.SkipUnless(second.Engine.Capabilities.HasFlag(EngineCapabilities.SharedListeners), "this engine cannot share listeners here");
        second.Open(SocketRole.ListenerShare, address);
        Assert.Equal(OpenFailure.AddressInUse, second.FailToOpen(address, SocketRole.Listener));
    }
}

public sealed class ManagedEngineTests() : EngineContract(EngineKind.Managed);
