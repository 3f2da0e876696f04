using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 7.2: receiving an Allocate request.</summary>
public sealed class Section7_2ReceivingAnAllocateRequest
{
    private readonly TestRelay _relay = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Requirement", "RFC8656-7.2-5")]
    public void Without_a_requested_family_the_relayed_address_is_IPv4(bool isIPv6Client)
    {
        var client = new TestClient(_relay, isIPv6Client ? "[2a00:5::7]:40000" : "198.1.0.7:40000");

        Assert.Equal(IPFamily.IPv4, client.Allocate().Relayed.Family);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.2-3")]
    [Trait("Requirement", "RFC8656-7.2-4")]
    public void A_family_that_the_server_does_not_have_is_440_whether_it_is_named_or_implied()
    {
        var ipv6Only = new TestRelay(options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("[2a00::9]:0"))));
        var ipv4Only = new TestRelay(options => options.RelayAddresses.Add(new RelayHostAddress(TransportAddress.Parse("198.0.2.9:0"))));

        Assert.Equal(440, new TestClient(ipv6Only).Allocate().Code);
        Assert.Equal(440, new TestClient(ipv6Only).Allocate((ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv4)).Code);
        Assert.Equal(440, new TestClient(ipv4Only).Allocate((ref writer) => writer.AddRequestedAddressFamily(IPFamily.IPv6)).Code);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.2-6")]
    [Trait("Requirement", "RFC8656-5-10")]
    public void The_quota_is_counted_by_username_whatever_the_addresses()
    {
        var relay = new TestRelay(options => options.MaxAllocationsPerUser = 2, TestRelay.Credentials(("other", "word")));
        Assert.True(new TestClient(relay, "198.1.0.1:1").Allocate().IsSuccess);
        Assert.True(new TestClient(relay, "[2a00:5::7]:1").Allocate().IsSuccess);

        Assert.Equal(486, new TestClient(relay, "198.1.0.3:1").Allocate().Code);
        Assert.True(new TestClient(relay, "198.1.0.3:1", "other", "word").Allocate().IsSuccess);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.2-7")]
    public void A_reserved_port_is_held_for_30_seconds()
    {
        Sent first = new TestClient(_relay).Allocate((ref writer) => writer.AddEvenPort(reserveNext: true));
        _relay.Advance(29.9);
        Sent second = new TestClient(_relay, "198.1.0.8:1").Allocate((ref writer) => writer.AddReservationToken(first.Token));

        Assert.Equal(0, first.Relayed.Port % 2);
        Assert.Equal(first.Relayed.WithPort((ushort)(first.Relayed.Port + 1)), second.Relayed);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.2-8")]
    [Trait("Requirement", "RFC8656-7.2-9")]
    public void By_default_ports_are_dynamic_ones()
    {
        for (int port = 1; port <= 150; port++)
            Assert.InRange(new TestClient(_relay, $"198.1.0.7:{port}").Allocate().Relayed.Port, 49152, 65535);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.2-10")]
    public void The_next_port_does_not_follow_from_the_last()
    {
        int[] ports = [.. Enumerable.Range(1, 100).Select(port => (int)new TestClient(_relay, $"198.1.0.7:{port}").Allocate().Relayed.Port)];
        int[] steps = [.. ports.Zip(ports.Skip(1), (one, next) => next - one)];

        Assert.True(steps.Distinct().Count() > 80, $"The steps are {string.Join(' ', steps)}.");
        Assert.Contains(ports, port => port < 53_248);
        Assert.Contains(ports, port => port > 61_440);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-7.2-11")]
    public void By_default_no_lifetime_is_longer_than_an_hour() =>
        Assert.Equal(3600u, new TestClient(_relay).Allocate((ref writer) => writer.AddLifetime(uint.MaxValue)).Lifetime);

    [Fact]
    [Trait("Requirement", "RFC8656-3.7-2")]
    public void Where_DF_can_not_be_set_an_Allocate_with_DONT_FRAGMENT_is_420()
    {
        var relay = new TestRelay(options => options.SupportsDontFragment = false);
        Sent sent = new TestClient(relay).Allocate((ref writer) => writer.AddEmpty(StunAttributeType.DontFragment));

        Assert.Equal(420, sent.Code);
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[2];
        Assert.Equal(1, sent.Message.GetUnknownAttributes(unknown));
        Assert.Equal(StunAttributeType.DontFragment, unknown[0]);
    }
}
