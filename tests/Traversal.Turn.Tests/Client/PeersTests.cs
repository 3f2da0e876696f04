using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

public sealed class PeersTests
{
    private readonly ClientHost _host = new ClientHost().Settle();

    [Fact]
    public void Several_peers_are_permitted_by_one_request()
    {
        for (int i = 1; i <= 5; i++) Assert.Equal(TurnWrapStatus.Pending, _host.Allocation.Permit(ClientHost.Peer($"9.9.9.{i}:9"), _host.Now));
        _host.Flush();
        _host.Run(1);
        Assert.Equal(1, _host.CountSent(StunMethod.CreatePermission));
        Assert.Equal(5, _host.Events.Count(happened => happened.Kind == TurnEventKind.PeerPermitted));
        Assert.Equal(TurnWrapStatus.Ready, _host.Allocation.Permit(ClientHost.Peer("9.9.9.1:1"), _host.Now));
    }

    [Fact]
    public void They_are_refreshed_by_one_request_too()
    {
        for (int i = 1; i <= 5; i++)
        {
            _host.Do(allocation => allocation.Permit(ClientHost.Peer($"9.9.9.{i}:9"), _host.Now));
            _host.Run(5);
        }

        Assert.Equal(5, _host.CountSent(StunMethod.CreatePermission));
        _host.Run(250);
        Assert.Equal(6, _host.CountSent(StunMethod.CreatePermission));
    }

    [Fact]
    public void One_whose_refresh_is_answered_after_its_end_is_told_of_again()
    {
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.1:9"), _host.Now));
        _host.Run(235);
        _host.Tamper = bytes => bytes[0] < 0x40 && ClientHost.Parse(bytes).Method == StunMethod.CreatePermission ? null : bytes;
        for (int i = 0; i < 67; i++)
        {
            // The server lives, and so the refresh is asked for again and again.
            _host.Receive("9.9.9.1:9", [1]);
            _host.Run(1);
        }

        _host.Tamper = bytes => bytes;
        Assert.Equal(TurnWrapStatus.Pending, _host.Allocation.Permit(ClientHost.Peer("9.9.9.1:9"), _host.Now));
        _host.Run(20);

        Assert.Equal(TurnWrapStatus.Ready, _host.Allocation.Permit(ClientHost.Peer("9.9.9.1:9"), _host.Now));
        Assert.Equal(2, _host.Events.Count(happened => happened.Kind == TurnEventKind.PeerPermitted));
    }

    [Fact]
    public void One_that_is_refused_does_not_take_the_others_along()
    {
        _host.Allocation.Permit(ClientHost.Peer("9.9.9.1:9"), _host.Now);
        _host.Allocation.Permit(ClientHost.Peer("127.0.0.1:9"), _host.Now);
        _host.Flush();
        _host.Run(1);
        Assert.Contains(new TurnEvent(TurnEventKind.PeerPermitted, ClientHost.Peer("9.9.9.1:0")), _host.Events);
        Assert.Contains(new TurnEvent(TurnEventKind.PeerRefused, ClientHost.Peer("127.0.0.1:0"), StunErrorCode.Forbidden), _host.Events);
        Assert.Equal(3, _host.CountSent(StunMethod.CreatePermission));
        Assert.Equal(TurnWrapStatus.Refused, _host.Send("127.0.0.1:9", [1]));
    }

    [Fact]
    public void The_first_data_binds_a_channel_which_permits_the_peer()
    {
        Assert.Equal(TurnWrapStatus.Pending, _host.Send("9.9.9.9:9", [1]));
        _host.Run(1);
        Assert.Equal(0, _host.CountSent(StunMethod.CreatePermission));
        Assert.Equal(1, _host.CountSent(StunMethod.ChannelBind));
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.9:9", [1, 2, 3]));
        Assert.Equal(7, _host.Sent[^1].Length);
        Assert.InRange(_host.Sent[^1][0], 0x40, 0x4F);
        _host.Receive("9.9.9.9:9", [4, 5]);
        _host.Run(1);
        Assert.Equal([1, 2, 3], _host.AtPeers.Single().Data);
        Assert.Equal([4, 5], _host.FromPeers.Single().Data);
    }

    [Fact]
    public void A_permitted_peer_gets_data_at_once_and_a_channel_meanwhile()
    {
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        _host.Run(1);
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.9:9", [1, 2, 3, 4, 5]));
        Assert.Equal(StunMethod.Send, ClientHost.Parse(_host.Sent[^2]).Method);
        _host.Receive("9.9.9.9:7", [6]);
        _host.Run(1);
        Assert.Equal([1, 2, 3, 4, 5], _host.AtPeers.Single().Data);
        Assert.Equal([6], _host.FromPeers.Single().Data);
        _host.Send("9.9.9.9:9", [7]);
        Assert.Equal(5, _host.Sent[^1].Length);
    }

    [Fact]
    public void Without_channels_everything_goes_in_indications()
    {
        var host = new ClientHost(configure: options => options.BindChannels = false).Settle();
        host.Send("9.9.9.9:9", [1]);
        host.Run(1);
        host.Send("9.9.9.9:9", [2]);
        host.Run(1);
        Assert.Equal([2], host.AtPeers.Single().Data);
        Assert.Equal(0, host.CountSent(StunMethod.ChannelBind));
        Assert.Equal(1, host.CountSent(StunMethod.CreatePermission));
    }

    [Fact]
    public void Data_that_must_not_be_fragmented_goes_in_indications()
    {
        var host = new ClientHost(new TestRelay(options => options.SupportsDontFragment = true), options => options.DontFragment = true).Settle();
        host.Send("9.9.9.9:9", [1]);
        host.Run(1);
        Assert.Equal(TurnWrapStatus.Ready, host.Send("9.9.9.9:9", [2], dontFragment: true));
        Assert.True(ClientHost.Parse(host.Sent[^1]).Has(StunAttributeType.DontFragment));
        host.Run(1);
        Assert.Equal([2], host.AtPeers.Single().Data);
        Assert.Equal(TurnWrapStatus.NoDontFragment, _host.Send("9.9.9.9:9", [2], dontFragment: true));
    }

    [Fact]
    public void Data_of_peers_that_were_never_permitted_is_dropped_and_counted()
    {
        byte[] indication = TestClient.Write(StunClass.Indication, StunMethod.Data, TestClient.NewId(), (ref writer) =>
        {
            writer.AddPeerAddress(ClientHost.Peer("9.9.9.9:9"));
            writer.Add(StunAttributeType.Data, [1, 2]);
        });
        Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(indication).Kind);
        for (int number = 0x4000; number <= 0x4FFF; number++)
            Assert.Equal(TurnArrivalKind.Dropped, _host.Forge(TestClient.ChannelDataBytes((ushort)number, [1])).Kind);
        Assert.Equal(0x1001, _host.Allocation.Counters[TurnClientCounter.DroppedUnknownPeer]);
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:1"), _host.Now));
        Assert.Equal(new TurnArrival(TurnArrivalKind.Data, ClientHost.Peer("9.9.9.9:9"), 36, 2), _host.Forge(indication));
    }

    [Fact]
    public void What_came_back_from_the_path_is_told()
    {
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        _host.Run(1);
        Sent error = _host.Relay.FromPath(_host.Relay.RelayAt(_host.Allocation.RelayedAddress), ClientHost.Peer("9.9.9.9:9"), new IcmpError(3, 4, 1280));
        TurnArrival arrival = _host.Forge(error.Bytes);
        Assert.Equal((TurnArrivalKind.PathError, new IcmpError(3, 4, 1280)), (arrival.Kind, arrival.Error));
    }

    [Fact]
    public void The_tables_are_bounded_and_what_is_forgotten_makes_room()
    {
        var host = new ClientHost(configure: options => (options.MaxPermissions, options.MaxChannels) = (2, 1)).Settle();
        host.Send("9.9.9.1:1", [1]);
        host.Send("9.9.9.2:1", [1]);
        Assert.Equal(TurnWrapStatus.Full, host.Send("9.9.9.3:1", [1]));
        host.Run(1);
        Assert.Equal(1, host.CountSent(StunMethod.ChannelBind));
        Assert.Equal(TurnWrapStatus.Ready, host.Send("9.9.9.2:1", [2]));
        host.Allocation.Forget(ClientHost.Peer("9.9.9.1:1"), host.Now);
        Assert.Equal(TurnWrapStatus.Full, host.Send("9.9.9.3:1", [1]));
        host.Run(301);
        Assert.Equal(TurnWrapStatus.Pending, host.Send("9.9.9.3:1", [1]));
        host.Run(1);
        Assert.Equal(TurnWrapStatus.Ready, host.Send("9.9.9.3:1", [3]));
        Assert.Equal(1, host.CountSent(StunMethod.ChannelBind));

        // The number is free for another peer only five minutes after the binding has ended.
        host.Run(900);
        host.Send("9.9.9.3:1", [4]);
        host.Run(1);
        Assert.Equal(2, host.CountSent(StunMethod.ChannelBind));
        host.Send("9.9.9.3:1", [5]);
        Assert.Equal(5, host.Sent[^1].Length);
    }

    [Fact]
    public void A_peer_of_a_family_that_the_allocation_lacks_is_not_asked_for()
    {
        Assert.Equal(TurnWrapStatus.WrongFamily, _host.Send("[2a00:9::1]:9", [1]));
        Assert.Equal(TurnWrapStatus.WrongFamily, _host.Allocation.Permit(ClientHost.Peer("[2a00:9::1]:9"), _host.Now));
    }

    [Fact]
    public void Ten_requests_are_outstanding_at_most()
    {
        for (int i = 1; i <= 100; i++) _host.Send($"9.9.9.{i}:9", [1]);
        Assert.InRange(_host.CountSent(StunMethod.ChannelBind), 5, 10);
        _host.Run(5);
        Assert.Equal(100, _host.CountSent(StunMethod.ChannelBind));
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.100:9", [1]));
    }
    [Fact]
    public void One_that_is_forgotten_while_it_waits_for_room_is_told_of_and_not_asked_for()
    {
        for (int i = 1; i <= 100; i++) _host.Send($"9.9.9.{i}:9", [1]);
        _host.Do(allocation => allocation.Forget(ClientHost.Peer("9.9.9.1:9"), _host.Now));
        Assert.DoesNotContain(_host.Events, happened => happened.Kind == TurnEventKind.PeerForgotten);
        _host.Do(allocation => allocation.Forget(ClientHost.Peer("9.9.9.100:9"), _host.Now));
        _host.Do(allocation => allocation.Forget(ClientHost.Peer("9.9.9.100:9"), _host.Now));
        Assert.Equal(new TurnEvent(TurnEventKind.PeerForgotten, ClientHost.Peer("9.9.9.100:0")), Assert.Single(_host.Events, happened => happened.Kind == TurnEventKind.PeerForgotten));

        _host.Run(5);

        Assert.Equal(99, _host.CountSent(StunMethod.ChannelBind));
        Assert.Contains(new TurnEvent(TurnEventKind.PeerPermitted, ClientHost.Peer("9.9.9.1:0")), _host.Events);
        Assert.Equal(TurnWrapStatus.Pending, _host.Send("9.9.9.100:9", [1]));
        _host.Run(1);
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.100:9", [1]));
    }

    [Fact]
    public void One_that_is_forgotten_while_the_allocation_moves_is_told_of_too()
    {
        var host = new ClientHost(new TestRelay(options => options.Mobility = true), options => options.Mobility = true).Settle();
        host.Send("9.9.9.9:9", [1]);
        host.Do(allocation => allocation.OnPathChanged(host.Now));
        host.Do(allocation => allocation.Forget(ClientHost.Peer("9.9.9.9:9"), host.Now));
        Assert.Single(host.Events, happened => happened.Kind == TurnEventKind.PeerForgotten);
    }
}
