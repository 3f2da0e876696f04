using System.Security.Cryptography;
using System.Text;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <summary>Who comes with an access token (RFC 7635): a good one, one that is soon over, one of another key, and one of a key that the server has not.</summary>
internal static class RelayBearers
{
    private const uint Long = 86_400, Short = 90;

    private static readonly byte[] Key = SHA256.HashData("a key of tokens"u8), OtherKey = SHA256.HashData("another"u8)[..16];

    public static readonly RelayBearer[] All =
        [Make("key-1", Key, Long), Make("key-1", Key, Short), Make("key-2", OtherKey, Long), Make("key-1", SHA256.HashData("nobody's"u8), Long)];

    /// <summary>The keys of the server.</summary>
    public static readonly TokenKey[] Keys = [new("key-1", Key), new("key-2", OtherKey)];

    private static RelayBearer Make(string keyId, byte[] key, uint lifetime)
    {
        byte[] macKey = SHA256.HashData([.. key, (byte)lifetime])[..20], token = new byte[AccessToken.MaxLength];
        using var cipher = new AesGcm(key, 16);
        ulong made = (ulong)RelayUsers.Start.ToUnixTimeSeconds() << 16;
        int length = AccessToken.Seal(macKey, made, lifetime, cipher, macKey.AsSpan(0, 12), Encoding.UTF8.GetBytes(RelayUsers.Realm), token);
        return new RelayBearer(Encoding.UTF8.GetBytes(keyId), token[..length], new RelayKey(macKey, RelayUsers.Start.AddSeconds(lifetime + AccessToken.DeltaSeconds)));
    }
}
