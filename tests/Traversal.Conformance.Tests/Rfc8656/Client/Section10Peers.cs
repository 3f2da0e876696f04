using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8656.Client;

/// <summary>RFC 8656 sections 10 to 12: permissions, indications and channels of a client.</summary>
public sealed class Section10Peers
{
    private const string Peer = "9.9.9.9:9", OfOtherFamily = "[2a00:9::1]:9";

    private readonly ClientHost _host = new ClientHost().Settle();

    [Fact]
    [Trait("Requirement", "RFC8656-10.1-1")]
    public void A_CreatePermission_names_a_peer_at_least()
    {
        _host.Do(allocation => allocation.Permit(ClientHost.Peer(Peer), _host.Now));
        _host.Run(3000);
        byte[][] requests = [.. _host.Sent.Where(bytes => ClientHost.Parse(bytes).Method == StunMethod.CreatePermission)];
        Assert.True(requests.Length > 5);
        Assert.All(requests, bytes => Assert.Equal(TurnAttributeStatus.Present, ClientHost.Parse(bytes).ReadPeerAddress(out _)));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-10.1-2")]
    [Trait("Requirement", "RFC8656-12.1-1")]
    public void Peers_of_a_family_that_the_allocation_lacks_are_not_asked_for()
    {
        int before = _host.Sent.Count;
        Assert.Equal(TurnWrapStatus.WrongFamily, _host.Allocation.Permit(ClientHost.Peer(OfOtherFamily), _host.Now));
        Assert.Equal(TurnWrapStatus.WrongFamily, _host.Allocation.BindChannel(ClientHost.Peer(OfOtherFamily), _host.Now));
        Assert.Equal(TurnWrapStatus.WrongFamily, _host.Send(OfOtherFamily, [1]));
        _host.Run(1);
        Assert.Equal(before, _host.Sent.Count);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-11.1-1")]
    [Trait("Requirement", "RFC8656-11.1-2")]
    public void Nothing_is_sent_to_a_peer_before_it_is_permitted()
    {
        Assert.Equal(TurnWrapStatus.Pending, _host.Send(Peer, [1]));
        Assert.DoesNotContain(_host.Sent, bytes => bytes[0] >= 0x40 || ClientHost.Parse(bytes).Method == StunMethod.Send);
        ClientHost host = new ClientHost(configure: options => options.BindChannels = false).Settle();
        host.Send(Peer, [1]);
        host.Run(1);
        Assert.Equal(TurnWrapStatus.Ready, host.Send(Peer, [2]));
        StunMessage indication = ClientHost.Parse(host.Sent[^1]);
        Assert.Equal((StunClass.Indication, StunMethod.Send), (indication.Class, indication.Method));
        Assert.Equal(TurnAttributeStatus.Present, indication.ReadPeerAddress(out _));
        Assert.True(indication.Has(StunAttributeType.Data));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-11.4-1")]
    [Trait("Requirement", "RFC8656-11.6-1")]
    public void An_indication_about_a_peer_without_permission_is_discarded()
    {
        byte[] data = Indication((ref writer) => writer.Add(StunAttributeType.Data, [1])), error = Indication((ref writer) => writer.AddIcmp(new IcmpError(3, 3, 0)));
        Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(data).Kind);
        Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(error).Kind);
        _host.Do(allocation => allocation.Permit(ClientHost.Peer(Peer), _host.Now));
        _host.Run(1);
        Assert.Equal(TurnArrivalKind.Data, _host.Forge(data).Kind);
        Assert.Equal(TurnArrivalKind.PathError, _host.Forge(error).Kind);
        _host.Allocation.Forget(ClientHost.Peer(Peer), _host.Now);
        _host.Run(301);
        Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(data).Kind);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-12-1")]
    [Trait("Requirement", "RFC8656-12-3")]
    public void A_channel_is_one_of_4000_to_4FFF_and_good_from_the_request_on()
    {
        ushort number = Bind(Peer);
        Assert.InRange(number, 0x4000, 0x4FFF);
        Assert.Equal(new TurnArrival(TurnArrivalKind.Data, ClientHost.Peer(Peer), 4, 1), _host.Forge(TestClient.ChannelDataBytes(number, [1])));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-12.6-1")]
    public void ChannelData_of_a_peer_whose_permission_is_over_is_discarded()
    {
        ushort number = Bind(Peer);
        _host.Run(1);
        _host.Allocation.Forget(ClientHost.Peer(Peer), _host.Now);
        _host.Run(301);
        Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(TestClient.ChannelDataBytes(number, [1])).Kind);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-12-2")]
    public void A_number_is_bound_to_another_peer_only_five_minutes_after_its_end()
    {
        ClientHost host = new ClientHost(configure: options => options.MaxChannels = 1).Settle();
        host.Do(allocation => allocation.BindChannel(ClientHost.Peer(Peer), host.Now));
        host.Run(1);
        host.Allocation.Forget(ClientHost.Peer(Peer), host.Now);
        host.Run(898);
        host.Do(allocation => allocation.BindChannel(ClientHost.Peer("9.9.9.8:8"), host.Now));
        host.Run(1);
        Assert.Equal(1, host.CountSent(StunMethod.ChannelBind));
        host.Run(60);
        host.Do(allocation => allocation.BindChannel(ClientHost.Peer("9.9.9.8:8"), host.Now));
        host.Run(1);
        Assert.Equal(2, host.CountSent(StunMethod.ChannelBind));
        Assert.Equal(TurnWrapStatus.Ready, host.Send("9.9.9.8:8", [1]));
        Assert.True(host.Sent[^1][0] >> 6 == 1);
    }

    private ushort Bind(string peer)
    {
        _host.Do(allocation => allocation.BindChannel(ClientHost.Peer(peer), _host.Now));
        Assert.Equal(TurnAttributeStatus.Present, ClientHost.Parse(_host.Sent[^1]).ReadChannelNumber(out ChannelNumber number));
        return number.Value;
    }

    private static byte[] Indication(Build build) => TestClient.Write(StunClass.Indication, StunMethod.Data, TestClient.NewId(), (ref writer) =>
    {
        writer.AddPeerAddress(ClientHost.Peer(Peer));
        build(ref writer);
    });
}
