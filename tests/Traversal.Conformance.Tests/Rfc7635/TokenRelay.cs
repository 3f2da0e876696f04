using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;
using Traversal.Turn.Tests.Server.Tokens;

namespace Traversal.Conformance.Tests.Rfc7635;

/// <summary>A relay that takes access tokens, and who issues them.</summary>
internal sealed class TokenRelay
{
    public TokenRelay(int keyLength = 32)
    {
        Issuer = new TokenIssuer(keyLength: keyLength);
        Relay = new TestRelay(
            options => options.NonceLifetime = TimeSpan.FromHours(1),
            CredentialSnapshot.Create(TestRelay.Realm, [new UserCredential("user", "pass")], tokenKeys: [Issuer.Key, Next.Key]));
    }

    public TokenIssuer Issuer { get; }

    /// <summary>The same with a newer key.</summary>
    public TokenIssuer Next { get; } = new("key-22");

    public TestRelay Relay { get; }

    public IssuedToken Issue(uint lifetime = 3600, int secondsAgo = 0) => Issuer.Issue(Relay.Clock.Utc.AddSeconds(-secondsAgo), lifetime);

    public Sent Challenge() => new TestClient(Relay).Bare(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp));
}
