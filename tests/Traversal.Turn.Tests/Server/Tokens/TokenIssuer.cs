using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server.Tokens;

/// <summary>An authorization server (RFC 7635) that shares a key with the relay.</summary>
internal sealed class TokenIssuer
{
    private readonly RandomSource _random = RandomSource.Seeded(7635);
    private readonly byte[] _key;

    public TokenIssuer(string keyId = "key-1", int keyLength = 32)
    {
        KeyId = keyId;
        _key = new byte[keyLength];
        _random.Fill(_key);
        _key[0] = (byte)keyId.Length;
    }

    public string KeyId { get; }

    public TokenKey Key => new(KeyId, _key);

    public byte[] KeyBytes => [.. _key];

    public IssuedToken Issue(DateTimeOffset made, uint lifetime = 3600, int macKeyLength = 20, string serverName = TestRelay.Realm)
    {
        byte[] macKey = new byte[macKeyLength], nonce = new byte[12], token = new byte[AccessToken.MaxLength];
        _random.Fill(macKey);
        _random.Fill(nonce);
        using var cipher = new AesGcm(_key, 16);
        ulong timestamp = (ulong)made.ToUnixTimeSeconds() << 16;
        int length = AccessToken.Seal(macKey, timestamp, lifetime, cipher, nonce, Encoding.UTF8.GetBytes(serverName), token);
        return new IssuedToken(KeyId, macKey, token[..length]);
    }

    /// <summary>A token whose text is genuine but says of its key that it has another length.</summary>
    public IssuedToken IssueWithKeyLength(DateTimeOffset made, int keyLength)
    {
        byte[] macKey = new byte[20], text = new byte[34];
        _random.Fill(macKey);
        BinaryPrimitives.WriteUInt16BigEndian(text, (ushort)keyLength);
        macKey.CopyTo(text, 2);
        BinaryPrimitives.WriteUInt64BigEndian(text.AsSpan(22), (ulong)made.ToUnixTimeSeconds() << 16);
        BinaryPrimitives.WriteUInt32BigEndian(text.AsSpan(30), 3600);
        byte[] token = new byte[64];
        token[1] = 12;
        using var cipher = new AesGcm(_key, 16);
        cipher.Encrypt(token.AsSpan(2, 12), text, token.AsSpan(14, 34), token.AsSpan(48), Encoding.UTF8.GetBytes(TestRelay.Realm));
        return new IssuedToken(KeyId, macKey, token);
    }
}

/// <summary>What the client learns of a token: its bytes are opaque to it.</summary>
internal sealed record IssuedToken(string KeyId, byte[] MacKey, byte[] Bytes)
{
    public IntegrityKey Key { get; init; } = IntegrityKey.OfSession(MacKey);

    /// <summary>A client that sends it.</summary>
    public TestClient Client(TestRelay relay, string address = "198.1.0.7:40000", SocketId? via = null)
    {
        var client = new TestClient(relay, address, via: via);
        GiveTo(client);
        return client;
    }

    public void GiveTo(TestClient client) => (client.User, client.Key, client.Token) = (KeyId, Key, Bytes);
}
