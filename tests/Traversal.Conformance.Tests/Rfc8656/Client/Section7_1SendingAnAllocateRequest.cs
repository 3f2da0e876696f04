using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Conformance.Tests.Rfc8656.Client;

/// <summary>RFC 8656 sections 5 and 7.1: what stands in a client's Allocate requests.</summary>
public sealed class Section7_1SendingAnAllocateRequest
{
    [Theory]
    [InlineData(false, TransportProtocol.Udp), InlineData(true, TransportProtocol.Tcp)]
    [Trait("Requirement", "RFC8656-7.1-4")]
    [Trait("Requirement", "RFC6062-4.1-3")]
    public void The_transport_is_always_said(bool relaysConnections, TransportProtocol expected)
    {
        StunMessage request = First(options => (options.IsStream, options.RelaysConnections) = (relaysConnections, relaysConnections));
        Assert.Equal(TurnAttributeStatus.Present, request.ReadRequestedTransport(out TransportProtocol protocol));
        Assert.Equal(expected, protocol);
    }

    [Theory]
    [InlineData(IPFamily.IPv4), InlineData(IPFamily.IPv6)]
    [Trait("Requirement", "RFC8656-7.1-5")]
    public void A_family_is_asked_for_once(IPFamily family)
    {
        StunMessage request = First(options => options.Family = family);
        int count = 0;
        foreach (StunAttribute attribute in request) count += attribute.Type == StunAttributeType.RequestedAddressFamily ? 1 : 0;
        Assert.Equal(1, count);
        request.ReadRequestedAddressFamily(out IPFamily asked);
        Assert.Equal(family, asked);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.1-7")]
    public void The_additional_family_is_IPv6()
    {
        Assert.Equal(TurnAttributeStatus.Present, First(options => options.AdditionalIPv6 = true).ReadAdditionalAddressFamily(out IPFamily family));
        Assert.Equal(IPFamily.IPv6, family);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.1-6")]
    [Trait("Requirement", "RFC8656-7.1-8")]
    [Trait("Requirement", "RFC8656-7.1-9")]
    [Trait("Requirement", "RFC8656-7.1-10")]
    [Trait("Requirement", "RFC8656-7.1-12")]
    [Trait("Requirement", "RFC6062-4.1-1")]
    [Trait("Requirement", "RFC6062-4.1-4")]
    public void Wishes_that_exclude_each_other_are_no_options()
    {
        AssertRefused(options => (options.Family, options.ReservationToken) = (IPFamily.IPv4, 1));
        AssertRefused(options => (options.Family, options.AdditionalIPv6) = (IPFamily.IPv4, true));
        AssertRefused(options => (options.ReservationToken, options.AdditionalIPv6) = (1, true));
        AssertRefused(options => (options.EvenPort, options.ReserveNextPort, options.AdditionalIPv6) = (true, true, true));
        AssertRefused(options => (options.ReservationToken, options.EvenPort) = (1, true));
        AssertRefused(options => options.RelaysConnections = true);
        AssertRefused(options => (options.IsStream, options.RelaysConnections, options.DontFragment) = (true, true, true));
        AssertRefused(options => (options.IsStream, options.RelaysConnections, options.EvenPort) = (true, true, true));
        AssertRefused(options => (options.IsStream, options.RelaysConnections, options.ReservationToken) = (true, true, 1));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.1-11")]
    public void Who_may_forbid_fragments_later_says_so_at_once()
    {
        Assert.True(First(options => options.DontFragment = true).Has(StunAttributeType.DontFragment));
        Assert.False(First(_ => { }).Has(StunAttributeType.DontFragment));
    }

    [Fact]
    [Trait("Requirement", "RFC8656-5-7")]
    public void Allocate_and_Refresh_say_who_wrote_them()
    {
        ClientHost host = new ClientHost().Settle();
        host.Run(2000);
        byte[][] requests = [.. host.Sent.Where(bytes => ClientHost.Parse(bytes).Method is StunMethod.Allocate or StunMethod.Refresh)];
        Assert.True(requests.Length > 3);
        Assert.All(requests, bytes => Assert.True(ClientHost.Parse(bytes).Has(StunAttributeType.Software)));
    }

    private static StunMessage First(Action<TurnAllocationOptions> configure) => ClientHost.Parse(new ClientHost(configure: configure).Sent[0]);

    private static void AssertRefused(Action<TurnAllocationOptions> configure)
    {
        var options = new TurnAllocationOptions();
        configure(options);
        Assert.NotNull(options.FindProblem());
        Assert.Throws<ArgumentException>(() => new ClientHost(configure: configure));
    }
}
