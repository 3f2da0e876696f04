using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc8656.Client;

/// <summary>RFC 8656 sections 5 and 8: an allocation is kept, given up, or lost.</summary>
public sealed class Section8Refreshing
{
    private readonly ClientHost _host = new ClientHost().Settle();

    [Fact]
    [Trait("Requirement", "RFC8656-8-1")]
    public void It_is_refreshed_before_it_expires()
    {
        MonotonicTime expiry = _host.Allocation.ExpiresAt;
        _host.RunUntil(() => _host.Allocation.ExpiresAt > expiry, 1000);
        Assert.True(expiry - _host.Now >= TimeSpan.FromSeconds(59));
        Assert.Equal(0, _host.Relay.Machine.Counters[RelayCounter.AllocationsExpired]);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-8-2")]
    public void Who_needs_it_no_longer_deletes_it()
    {
        _host.Do(allocation => allocation.Close(_host.Now));
        _host.Run(1);
        Assert.Equal(1, _host.Relay.Machine.Counters[RelayCounter.AllocationsClosed]);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-8.1-1")]
    public void A_Refresh_is_for_all_families_and_names_none()
    {
        ClientHost host = new ClientHost(configure: options => options.AdditionalIPv6 = true).Settle();
        host.Run(2000);
        Assert.All(host.Sent, bytes => Assert.False(ClientHost.Parse(bytes).Has(StunAttributeType.RequestedAddressFamily)));
        Assert.True(host.CountSent(StunMethod.Refresh) > 2);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-5-6")]
    public void A_437_to_another_request_says_that_it_is_lost()
    {
        _host.Relay.Machine.OnTime(new Clock(_host.Now + TimeSpan.FromHours(1), _host.Relay.Clock.Utc));
        _host.Relay.Drain();
        _host.Send("9.9.9.9:9", [1]);
        _host.Run(1);
        Assert.Equal(TurnFailureReason.AllocationLost, _host.Allocation.Failure!.Reason);
        Assert.Equal(TurnWrapStatus.NoAllocation, _host.Send("9.9.9.9:9", [1]));
    }
}
