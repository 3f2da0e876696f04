using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 5: general behavior.</summary>
public sealed class Section5GeneralBehavior
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section5GeneralBehavior() => _client = new TestClient(_relay);

    [Fact]
    [Trait("Requirement", "RFC8656-5-1")]
    [Trait("Requirement", "RFC8656-7.2-1")]
    [Trait("Requirement", "RFC8656-7.2-2")]
    public void Every_request_but_Binding_needs_the_long_term_credential_mechanism()
    {
        foreach (StunMethod method in (StunMethod[])[StunMethod.Allocate, StunMethod.Refresh, StunMethod.CreatePermission, StunMethod.ChannelBind])
        {
            Sent sent = _client.Bare(method, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp));
            Assert.Equal(401, sent.Code);
            Assert.True(sent.Message.Has(StunAttributeType.Realm));
            Assert.NotEmpty(sent.Nonce);
        }

        Assert.True(_client.Allocate().IsSuccess);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-5-3")]
    public void A_nonce_can_not_be_guessed_and_is_over_within_the_hour()
    {
        Sent[] challenges = [.. Enumerable.Range(0, 100).Select(i => new TestClient(new TestRelay(), $"198.1.1.{i + 1}:1").Bare(StunMethod.Refresh))];
        Assert.Equal(100, challenges.Select(challenge => Convert.ToHexString(challenge.Nonce)).ToHashSet(StringComparer.Ordinal).Count);
        Assert.NotNull(new RelayOptions { NonceLifetime = TimeSpan.FromHours(1.01) }.FindProblem());

        var relay = new TestRelay(options => options.NonceLifetime = TimeSpan.FromHours(1));
        var client = new TestClient(relay);
        client.Allocate((ref writer) => writer.AddLifetime(3600));
        relay.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.True(client.Refresh(3600).IsSuccess);
        relay.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(438, client.Refresh(3600).Code);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-5-5")]
    public void Without_an_allocation_a_request_is_437_and_the_rest_is_ignored()
    {
        Assert.Equal(437, _client.Request(StunMethod.Refresh).Code);
        Assert.Equal(437, _client.CreatePermission("9.9.9.9:1").Code);
        Assert.Equal(437, _client.ChannelBind(0x4000, "9.9.9.9:1").Code);
        Assert.True(_client.SendIndication("9.9.9.9:1", [1]).IsNothing);
        Assert.True(_client.ChannelData(0x4000, [1]).IsNothing);
    }
}
