using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

public sealed class MobilityTests
{
    private static readonly TransportAddress Away = TransportAddress.Parse("198.1.0.7:41000");

    private readonly ClientHost _host = new ClientHost(new TestRelay(options => options.Mobility = true), options => options.Mobility = true).Settle();

    [Fact]
    public void An_allocation_follows_its_client_who_sends_nothing_before_it_has()
    {
        _host.Send("9.9.9.9:9", [1]);
        _host.Run(1);
        Move();
        Assert.Equal(TurnWrapStatus.NoAllocation, _host.Send("9.9.9.9:9", [2]));
        _host.Run(1);
        Assert.True(_host.Has(TurnEventKind.Moved));
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.9:9", [3]));
        _host.Run(1);
        Assert.Equal([3], _host.AtPeers.Single().Data);
        Assert.Equal(1, _host.Relay.Machine.Counters[RelayCounter.Moves]);
    }

    [Fact]
    public void A_client_that_has_nothing_to_send_hears_its_peers_all_the_same()
    {
        _host.Do(allocation => allocation.Permit(ClientHost.Peer("9.9.9.9:9"), _host.Now));
        _host.Run(1);
        Move();
        _host.Run(2);
        Sent sent = _host.Relay.FromPeer(_host.Relay.RelayAt(_host.Allocation.RelayedAddress), ClientHost.Peer("9.9.9.9:9"), [1]);
        Assert.Equal(Away, sent.Destination);
        Assert.Empty(_host.AtPeers);
    }

    [Fact]
    public void It_moves_again_and_again_with_a_new_ticket_each_time_and_is_kept()
    {
        for (ushort port = 50_000; port < 50_005; port++)
        {
            Move(port);
            _host.Run(1000);
        }

        Assert.Equal(TurnAllocationState.Allocated, _host.Allocation.State);
        Assert.Equal(5, _host.Events.Count(happened => happened.Kind == TurnEventKind.Moved));
        byte[][] tickets = [.. _host.Sent.Where(bytes => ClientHost.Parse(bytes).Has(StunAttributeType.MobilityTicket)).Select(TicketOf).Where(ticket => ticket.Length > 0)];
        Assert.Equal(5, tickets.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Without_a_change_no_Refresh_has_a_ticket()
    {
        _host.Run(3000);
        Assert.All(
            _host.Sent.Where(bytes => ClientHost.Parse(bytes).Method == StunMethod.Refresh),
            bytes => Assert.False(ClientHost.Parse(bytes).Has(StunAttributeType.MobilityTicket)));
    }

    [Fact]
    public void A_NAT_that_changes_the_port_unasked_is_noticed_by_437()
    {
        _host.Address = Away;
        _host.Run(700);
        Assert.Equal(TurnAllocationState.Allocated, _host.Allocation.State);
        Assert.True(_host.Has(TurnEventKind.Moved));
        Assert.Equal(1, _host.Relay.Machine.AllocationCount);
    }

    [Fact]
    public void What_was_asked_on_the_old_path_is_asked_on_the_new_one()
    {
        _host.Allocation.Permit(ClientHost.Peer("9.9.9.9:9"), _host.Now);
        _host.Send("9.9.9.8:8", [1]);
        Move();
        _host.Run(1);
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.9:9", [1]));
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.8:8", [1]));
    }

    [Fact]
    public void A_server_that_forbids_mobility_gives_an_allocation_without()
    {
        var host = new ClientHost(configure: options => options.Mobility = true).Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.False(host.Allocation.IsMobile);
        host.Address = Away;
        host.Do(allocation => allocation.OnPathChanged(host.Now));
        Assert.Equal(TurnFailureReason.PathLost, host.Allocation.Failure!.Reason);
    }

    [Fact]
    public void It_can_be_given_up_while_it_moves()
    {
        Move();
        _host.Do(allocation => allocation.Close(_host.Now));
        _host.Run(1);
        Assert.Equal(0, _host.Relay.Machine.AllocationCount);
        Assert.Equal(TurnFailureReason.Closed, _host.Allocation.Failure!.Reason);
    }

    [Fact]
    public void A_ticket_that_the_server_refuses_ends_it()
    {
        _host.Relay.Machine.OnTime(new Clock(_host.Now + TimeSpan.FromHours(1), _host.Relay.Clock.Utc));
        _host.Relay.Drain();
        Move();
        _host.Run(1);
        Assert.Equal(new TurnFailure(TurnFailureReason.PathLost, StunErrorCode.AllocationMismatch), _host.Allocation.Failure);
    }

    private void Move(ushort port = 41_000)
    {
        _host.Address = Away.WithPort(port);
        _host.Do(allocation => allocation.OnPathChanged(_host.Now));
    }

    private static byte[] TicketOf(byte[] message) =>
        ClientHost.Parse(message).TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket) ? ticket.ToArray() : [];
}
