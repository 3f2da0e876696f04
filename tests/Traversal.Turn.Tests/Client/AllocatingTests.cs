using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server;

namespace Traversal.Turn.Tests.Client;

public sealed class AllocatingTests
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void The_first_allocation_takes_two_round_trips()
    {
        var host = new ClientHost();
        MonotonicTime start = host.Now;
        host.Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.Equal(2 * RoundTrip, host.Now - start);
        Assert.Equal(2, host.Sent.Count);
        Assert.Equal(host.Address, host.Allocation.MappedAddress);
        Assert.True(host.Relay.IsOpen(host.Allocation.RelayedAddress));
        Assert.Equal([TurnEventKind.Allocated], host.Events.Select(happened => happened.Kind));
    }

    [Fact]
    public void The_next_one_takes_one_with_the_realm_and_nonce_of_the_first()
    {
        var first = new ClientHost().Settle();
        var second = new ClientHost(first.Relay, memory: first.Memory, address: "198.1.0.7:40001");
        MonotonicTime start = second.Now;
        second.Settle();
        Assert.Equal(TurnAllocationState.Allocated, second.Allocation.State);
        Assert.Equal(RoundTrip, second.Now - start);
        Assert.Single(second.Sent);
    }

    [Fact]
    public void A_nonce_that_is_stale_costs_one_more()
    {
        var first = new ClientHost().Settle();
        first.Relay.AdvanceSilently(TimeSpan.FromHours(2));
        var second = new ClientHost(first.Relay, memory: first.Memory, address: "198.1.0.7:40001").Settle();
        Assert.Equal(TurnAllocationState.Allocated, second.Allocation.State);
        Assert.Equal(2, second.Sent.Count);
    }

    [Fact]
    public void SHA_256_and_a_hidden_name_are_used_where_the_server_offers_them()
    {
        var host = new ClientHost().Settle();
        StunMessage request = ClientHost.Parse(host.Sent[1]);
        Assert.True(request.HasIntegritySha256);
        Assert.False(request.HasIntegrity);
        Assert.True(request.Has(StunAttributeType.Userhash));
        Assert.False(request.Has(StunAttributeType.Username));
    }

    [Fact]
    public void A_server_of_RFC_5389_gets_a_name_and_SHA_1()
    {
        var host = new ClientHost(new TestRelay(options => options.OfferSha256 = false)).Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        StunMessage request = ClientHost.Parse(host.Sent[1]);
        Assert.True(request.HasIntegrity);
        Assert.False(request.HasIntegritySha256);
        Assert.True(request.Has(StunAttributeType.Username));
        Assert.False(request.Has(StunAttributeType.PasswordAlgorithm));
    }

    [Fact]
    public void A_wrong_password_is_tried_once()
    {
        var host = new ClientHost(credential: ClientHost.Credential(password: "wrong")).Settle();
        Assert.Equal(TurnFailureReason.CredentialRefused, host.Allocation.Failure!.Reason);
        Assert.Equal(StunErrorCode.Unauthenticated, host.Allocation.Failure.Code);
        Assert.Equal(2, host.Sent.Count);
        Assert.Equal(MonotonicTime.Never, host.Allocation.NextDeadline);
    }

    [Fact]
    public void The_wishes_are_granted()
    {
        var host = new ClientHost(new TestRelay(options => options.SupportsDontFragment = true), options =>
        {
            (options.EvenPort, options.ReserveNextPort, options.DontFragment) = (true, true, true);
            options.Lifetime = TimeSpan.FromMinutes(20);
        });
        host.Settle();
        Assert.Equal(0, host.Allocation.RelayedAddress.Port & 1);
        Assert.True(host.Allocation.CanForbidFragments);
        Assert.Equal(1200, (host.Allocation.ExpiresAt - host.Now).TotalSeconds, 1.0);
        ulong token = host.Allocation.ReservationToken!.Value;
        var next = new ClientHost(host.Relay, options => options.ReservationToken = token, address: "198.1.0.7:40001").Settle();
        Assert.Equal(host.Allocation.RelayedAddress.Port + 1, next.Allocation.RelayedAddress.Port);
    }

    [Fact]
    public void Without_the_DF_bit_the_allocation_is_had_all_the_same()
    {
        var host = new ClientHost(configure: options => options.DontFragment = true).Settle();
        Assert.Equal(TurnAllocationState.Allocated, host.Allocation.State);
        Assert.False(host.Allocation.CanForbidFragments);
        Assert.Equal(3, host.Sent.Count);
    }

    [Fact]
    public void Both_families_are_had_and_what_one_lacks_is_told()
    {
        static void Dual(TurnAllocationOptions options) => options.AdditionalIPv6 = true;
        var both = new ClientHost(configure: Dual).Settle();
        Assert.True(both.Allocation.RelayedAddress.IsIPv4);
        var relay = new TestRelay(options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("198.0.2.1:0"), default)));
        var one = new ClientHost(relay, Dual).Settle();
        Assert.Equal(StunErrorCode.AddressFamilyNotSupported, one.Allocation.AdditionalFamilyRefusal);
        Assert.True(one.Allocation.AdditionalRelayedAddress.IsNone);
    }

    [Fact]
    public void A_family_that_the_server_lacks_is_440()
    {
        var relay = new TestRelay(options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("198.0.2.1:0"), default)));
        var host = new ClientHost(relay, options => options.Family = IPFamily.IPv6).Settle();
        Assert.Equal(new TurnFailure(TurnFailureReason.Refused, StunErrorCode.AddressFamilyNotSupported), host.Allocation.Failure);
        Assert.Equal(TurnRetryAdvice.GiveUp, host.Allocation.Failure!.Advice);
    }

    [Fact]
    public void A_5_tuple_that_is_taken_is_437_and_another_port_is_advised()
    {
        var host = new ClientHost().Settle();
        var again = new ClientHost(host.Relay, memory: host.Memory, seed: 99).Settle();
        Assert.Equal(StunErrorCode.AllocationMismatch, again.Allocation.Failure!.Code);
        Assert.Equal(TurnRetryAdvice.TryAnotherPort, again.Allocation.Failure.Advice);
    }

    [Fact]
    public void A_quota_that_is_reached_is_486_and_a_minute_of_patience_is_advised()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerUser = 1);
        var first = new ClientHost(relay).Settle();
        var second = new ClientHost(relay, memory: first.Memory, address: "198.1.0.8:1").Settle();
        Assert.Equal(StunErrorCode.AllocationQuotaReached, second.Allocation.Failure!.Code);
        Assert.Equal(TurnRetryAdvice.TryLater, second.Allocation.Failure.Advice);
        Assert.Equal(TimeSpan.FromMinutes(1), second.Allocation.Failure.RetryAfter);
    }

    [Fact]
    public void A_server_without_capacity_is_508()
    {
        var relay = new TestRelay();
        relay.Machine.IsDraining = true;
        Assert.Equal(StunErrorCode.InsufficientCapacity, new ClientHost(relay).Settle().Allocation.Failure!.Code);
    }
}
