using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8016;

/// <summary>RFC 8016 sections 3.1 and 3.2: a client that moves.</summary>
public sealed class Section3ClientMobility
{
    private readonly ClientHost _host = new ClientHost(new TestRelay(options => options.Mobility = true), options => options.Mobility = true).Settle();

    [Fact]
    [Trait("Requirement", "RFC8016-3.1.4-1")]
    public void After_a_405_the_Allocate_has_no_ticket()
    {
        ClientHost host = new ClientHost(configure: options => options.Mobility = true).Settle();
        Assert.Equal([true, true, false], host.Sent.Select(bytes => ClientHost.Parse(bytes).Has(StunAttributeType.MobilityTicket)));
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
    }

    [Fact]
    [Trait("Requirement", "RFC8016-3.2.1-1")]
    public void A_client_that_has_not_moved_sends_no_ticket()
    {
        _host.Run(3000);
        Assert.All(Refreshes(), bytes => Assert.False(ClientHost.Parse(bytes).Has(StunAttributeType.MobilityTicket)));
    }

    [Fact]
    [Trait("Requirement", "RFC8016-3.2.2-6")]
    public void Each_move_uses_the_ticket_of_the_last()
    {
        for (ushort port = 41_000; port < 41_003; port++) Move(port);
        string[] tickets = [.. Refreshes().Select(Ticket)];
        Assert.Equal(3, tickets.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(3, _host.Events.Count(happened => happened.Kind == TurnEventKind.Moved));
    }

    [Fact]
    [Trait("Requirement", "RFC8016-3.2.2-7")]
    public void No_data_is_sent_before_the_server_has_answered_on_the_new_path()
    {
        _host.Send("9.9.9.9:9", [1]);
        _host.Run(1);
        _host.Address = _host.Address.WithPort(41_000);
        _host.Do(allocation => allocation.OnPathChanged(_host.Now));
        Assert.Equal(TurnWrapStatus.NoAllocation, _host.Send("9.9.9.9:9", [2]));
        _host.Run(1);
        Assert.Equal(TurnWrapStatus.Ready, _host.Send("9.9.9.9:9", [3]));
    }

    private void Move(ushort port)
    {
        _host.Address = _host.Address.WithPort(port);
        _host.Do(allocation => allocation.OnPathChanged(_host.Now));
        _host.Run(2);
    }

    private IEnumerable<byte[]> Refreshes() => _host.Sent.Where(bytes => ClientHost.Parse(bytes).Method == StunMethod.Refresh);

    private static string Ticket(byte[] message) =>
        ClientHost.Parse(message).TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket) ? Convert.ToHexString(ticket) : "";
}
