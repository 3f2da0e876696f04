using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Tests.Server;

/// <summary>A client that knows all of RFC 8489 section 9.2: it takes what the challenge offers, and lies where a test wants it.</summary>
internal sealed class ModernClient(TestRelay relay, string address = "198.1.0.7:41000", string user = "user", string password = "pass")
{
    private byte[] _nonce = [];

    public TransportAddress Address { get; set; } = TransportAddress.Parse(address);

    /// <summary>PASSWORD-ALGORITHMS as it is sent; null leaves it out.</summary>
    public byte[]? Offered { get; set; }

    /// <summary>PASSWORD-ALGORITHM as it is sent; null leaves it out.</summary>
    public byte[]? Chosen { get; set; }

    public StunIntegrity Integrity { get; set; } = StunIntegrity.Sha256;

    public int Sha256Length { get; set; } = StunLimits.IntegritySha256Bytes;

    public string Realm { get; set; } = TestRelay.Realm;

    /// <summary>What stands for the user; null is USERNAME.</summary>
    public byte[]? Userhash { get; set; }

    public PasswordAlgorithm Algorithm { get; set; } = PasswordAlgorithm.Sha256;

    /// <summary>The session key of a token; null for the password.</summary>
    public IntegrityKey? Session { get; set; }

    public IntegrityKey Key => Session ?? IntegrityKey.LongTerm(
        Algorithm, Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(TestRelay.Realm), Encoding.UTF8.GetBytes(password));

    public StunSecurityFeatures Features => NonceCookie.TryRead(_nonce, out StunSecurityFeatures features) ? features : StunSecurityFeatures.None;

    /// <summary>Asks for a challenge and does what it says (RFC 8489 section 9.2.5).</summary>
    public Sent Learn()
    {
        Sent challenge = relay.FromClient(TestRelay.Udp, Address, new TestClient(relay).Message(
            StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), authenticate: false));
        Learn(challenge);
        return challenge;
    }

    public void Learn(Sent challenge)
    {
        _nonce = challenge.Nonce;
        if (challenge.Message.TryGet(StunAttributeType.PasswordAlgorithms, out ReadOnlySpan<byte> offered))
        {
            Offered = offered.ToArray();
            Chosen = Offered[..4];
        }

        if (!Features.HasFlag(StunSecurityFeatures.UsernameAnonymity)) return;
        Userhash = new byte[StunLimits.UserhashBytes];
        Stun.Userhash.Compute(Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(Realm), Userhash);
    }

    /// <summary>Learns and asks.</summary>
    public Sent LearnAnd(Func<ModernClient, Sent> ask)
    {
        Learn();
        return ask(this);
    }

    public Sent Allocate() => Request(StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp));

    public Sent Request(StunMethod method, Build? build = null)
    {
        byte[] buffer = new byte[2048];
        TransactionId id = TestClient.NewId();
        var writer = new StunMessageWriter(buffer, StunClass.Request, method, in id);
        build?.Invoke(ref writer);
        if (Userhash is null)
            writer.Add(StunAttributeType.Username, Encoding.UTF8.GetBytes(user));
        else
            writer.Add(StunAttributeType.Userhash, Userhash);
        writer.Add(StunAttributeType.Realm, Encoding.UTF8.GetBytes(Realm));
        writer.Add(StunAttributeType.Nonce, _nonce);
        if (Offered is not null) writer.Add(StunAttributeType.PasswordAlgorithms, Offered);
        if (Chosen is not null) writer.Add(StunAttributeType.PasswordAlgorithm, Chosen);
        int length = writer.Finish(Key, Integrity, fingerprint: false, Sha256Length);
        Assert.NotEqual(0, length);
        return relay.FromClient(TestRelay.Udp, Address, buffer[..length]);
    }

    /// <summary>An answer to it has MESSAGE-INTEGRITY-SHA256 alone, and says nothing of who asked.</summary>
    public void AssertSigned(Sent sent)
    {
        Assert.True(sent.Message.VerifyIntegritySha256(Key));
        Assert.False(sent.Message.HasIntegrity);
        Assert.False(sent.Message.Has(StunAttributeType.Username) || sent.Message.Has(StunAttributeType.Userhash));
    }
}
