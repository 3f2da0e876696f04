using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8489;

/// <summary>RFC 8489 section 12: the basic server behavior.</summary>
public sealed class Section12BasicServer
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section12BasicServer() => _client = new TestClient(_relay);

    [Fact]
    [Trait("Requirement", "RFC8489-12-1")]
    [Trait("Requirement", "RFC8489-12-2")]
    [Trait("Requirement", "RFC8489-12-3")]
    public void Binding_is_served_without_credentials_and_without_sending_anybody_elsewhere()
    {
        Sent sent = _client.Bare(StunMethod.Binding);

        Assert.True(sent.IsSuccess);
        Assert.True(sent.Message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
        Assert.Equal(_client.Address, mapped);
        Assert.False(sent.Message.Has(StunAttributeType.AlternateServer));
        Assert.False(sent.Message.HasIntegrity);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-12-4")]
    public void Binding_is_served_over_UDP_and_over_connections()
    {
        var connection = new SocketId(70);
        var client = new TestClient(_relay, via: connection);
        _relay.Machine.OnClientConnected(connection, TestRelay.Listener, client.Address);

        Assert.True(_client.Bare(StunMethod.Binding).IsSuccess);
        Sent sent = client.Bare(StunMethod.Binding);
        Assert.True(sent.IsSuccess);
        Assert.Equal(connection, sent.Via);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("Requirement", "RFC8489-12-5")]
    public void FINGERPRINT_is_not_required_and_answered_where_it_is_used(bool fingerprint)
    {
        _client.Fingerprint = fingerprint;

        Sent sent = _client.Bare(StunMethod.Binding);
        Assert.True(sent.IsSuccess);
        Assert.Equal(fingerprint, sent.Message.IsFingerprintValid());
    }

    [Fact]
    [Trait("Requirement", "RFC8489-12-6")]
    public void A_client_of_RFC_3489_gets_MAPPED_ADDRESS()
    {
        Sent sent = _client.Send([0, 1, 0, 0, .. Enumerable.Range(1, 16).Select(i => (byte)i)]);

        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParseClassic(sent.Bytes, out StunMessage message));
        Assert.True(message.TryGetAddress(StunAttributeType.MappedAddress, out TransportAddress mapped));
        Assert.Equal(_client.Address, mapped);
    }
}
