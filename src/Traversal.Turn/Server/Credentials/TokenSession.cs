using System.Text;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>What an access token gives its bearer (RFC 7635): a session key for a time.</summary>
internal sealed class TokenSession
{
    /// <summary>How much of a token's end, which is its tag, tells it from all others.</summary>
    private const int NameLength = 8;

    private const int ShortKeyLength = 16;

    private readonly byte[] _token;
    private readonly int _keyIdLength;
    private readonly IntegrityKey _shortKey;

    public TokenSession(ReadOnlySpan<byte> keyId, ReadOnlySpan<byte> token, ReadOnlySpan<byte> macKey, AccessTokenTerms terms)
    {
        _token = token.ToArray();
        _keyIdLength = keyId.Length;
        _shortKey = IntegrityKey.FromBytes(macKey[..ShortKeyLength]);
        Name = [.. keyId, (byte)':', .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(token[^NameLength..]))];
        Key = IntegrityKey.OfSession(macKey);
        Terms = terms;
    }

    /// <summary>A name of the bearer's, as a token has none: many have one key identifier. Nothing of it is secret.</summary>
    public byte[] Name { get; }

    public IntegrityKey Key { get; private set; }

    public AccessTokenTerms Terms { get; }

    /// <summary>The identifier of the key that sealed the token.</summary>
    public ReadOnlySpan<byte> KeyId => Name.AsSpan(0, _keyIdLength);

    /// <summary>Whether this is the token that it came from, which then need not be opened again (RFC 7635 section 9).</summary>
    public bool IsOf(ReadOnlySpan<byte> token) => token.SequenceEqual(_token);

    /// <summary>
    /// Whether the bearer has signed a request. coturn and its clients sign with the first 128 bits of the session key, as long as a key of RFC 5389 is:
    /// who does so once goes on with it.
    /// </summary>
    public bool HasSigned(in StunMessage message)
    {
        if (Verifies(in message, Key)) return true;
        if (!Verifies(in message, _shortKey)) return false;

        Key = _shortKey;
        return true;
    }

    private static bool Verifies(in StunMessage message, IntegrityKey key) =>
        message.HasIntegritySha256 ? message.VerifyIntegritySha256(key) : message.VerifyIntegrity(key);
}
