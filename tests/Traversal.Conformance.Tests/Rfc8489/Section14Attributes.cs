using System.Text;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc8489;

/// <summary>RFC 8489 section 14: the attributes that a server writes.</summary>
public sealed class Section14Attributes
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section14Attributes() => _client = new TestClient(_relay);

    [Fact]
    [Trait("Requirement", "RFC8489-14.8-2")]
    public void The_reserved_bits_of_ERROR_CODE_are_zero()
    {
        foreach (Sent sent in (Sent[])[_client.Bare(StunMethod.Refresh), _client.Request(StunMethod.Refresh)])
        {
            Assert.True(sent.Message.TryGet(StunAttributeType.ErrorCode, out ReadOnlySpan<byte> value));
            Assert.Equal((0, 0, 4), (value[0], value[1], value[2]));
        }
    }

    [Fact]
    [Trait("Requirement", "RFC8489-14.9-1")]
    public void A_realm_is_prepared_as_an_opaque_string_and_no_longer_than_127_bytes()
    {
        // The full-width space becomes a space (RFC 8265 section 4.2.2).
        const string Realm = "example\u3000org";
        var options = new RelayOptions { Realm = Realm };
        var machine = new RelayMachine(options, CredentialSnapshot.Create(Realm, [new UserCredential("user", "pass")]), Primitives.RandomSource.Seeded(1));
        machine.AddListener(TestRelay.Udp, TestRelay.Listener, ListenerKind.Datagram);
        byte[] reply = new byte[RelayMachine.MinReplyLength];
        byte[] request = _client.Message(StunMethod.Refresh, null, TestClient.NewId(), authenticate: false);

        RelayVerdict verdict = machine.OnClientDatagram(TestRelay.Udp, _client.Address, request, reply, _relay.Clock);

        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(reply.AsSpan(0, verdict.Length), out StunMessage message));
        Assert.True(message.TryGet(StunAttributeType.Realm, out ReadOnlySpan<byte> realm));
        Assert.Equal("example org", Encoding.UTF8.GetString(realm));
        Assert.NotNull(new RelayOptions { Realm = new string('r', 128) }.FindProblem());
    }

    [Fact]
    [Trait("Requirement", "RFC8489-14.10-1")]
    public void A_nonce_is_shorter_than_128_characters() =>
        Assert.InRange(_client.Bare(StunMethod.Refresh).Nonce.Length, 1, 127);

    [Fact]
    [Trait("Requirement", "RFC8489-14.3-1")]
    public void A_username_that_is_too_long_or_can_not_be_prepared_is_refused_when_the_server_is_set_up()
    {
        Assert.Throws<ArgumentException>(() => CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential(new string('u', 510), "pass")]));
        Assert.Throws<ArgumentException>(() => CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("a\u0007b", "pass")]));
    }
}
