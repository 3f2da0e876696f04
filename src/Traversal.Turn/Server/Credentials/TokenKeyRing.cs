using System.Security.Cryptography;
using System.Text;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>The keys that open access tokens, and the name of the server that these are sealed for. Immutable and safe from any thread.</summary>
internal sealed class TokenKeyRing
{
    private readonly Dictionary<byte[], TokenKey> _keys = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], TokenKey>.AlternateLookup<ReadOnlySpan<byte>> _keysByBytes;
    private readonly byte[] _serverName;

    /// <param name="keys">The keys; of two with one identifier the last counts.</param>
    /// <param name="serverName">The name; of no meaning without keys.</param>
    public TokenKeyRing(IEnumerable<TokenKey> keys, byte[] serverName)
    {
        _keysByBytes = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        foreach (TokenKey key in keys) _keys[Encoding.UTF8.GetBytes(key.Id)] = key;
        _serverName = IsEmpty ? [] : serverName;
    }

    /// <summary>Whether tokens are not taken at all.</summary>
    public bool IsEmpty => _keys.Count == 0;

    public int Count => _keys.Count;

    public IEnumerable<byte[]> Ids => _keys.Keys;

    /// <summary>What stands in THIRD-PARTY-AUTHORIZATION; empty where tokens are not taken.</summary>
    public ReadOnlySpan<byte> ServerName => _serverName;

    public bool Has(ReadOnlySpan<byte> keyId) => _keysByBytes.ContainsKey(keyId);

    /// <summary>What a token gives; null when it is none, was sealed for another server or with a key that is not here, or is over (RFC 7635 section 7).</summary>
    /// <param name="keyId">The USERNAME of the request.</param>
    /// <param name="token">Its ACCESS-TOKEN.</param>
    /// <param name="unixNow">The present in Unix seconds.</param>
    public TokenSession? Open(ReadOnlySpan<byte> keyId, ReadOnlySpan<byte> token, long unixNow)
    {
        if (!_keysByBytes.TryGetValue(keyId, out TokenKey? key)) return null;

        Span<byte> macKey = stackalloc byte[AccessToken.MaxMacKeyLength];
        if (!key.TryOpen(token, _serverName, macKey, out AccessTokenTerms terms)) return null;

        TokenSession? session = terms.MaxAllocationSeconds(unixNow) > 0
            ? new TokenSession(keyId, token, macKey[..terms.MacKeyLength], terms)
            : null;
        CryptographicOperations.ZeroMemory(macKey);
        return session;
    }
}
