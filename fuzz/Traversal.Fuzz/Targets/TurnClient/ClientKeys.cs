using System.Text;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Fuzz;

/// <summary>The credentials of the client and what the server makes of them.</summary>
internal static class ClientKeys
{
    public static readonly TurnCredential Alice = TurnCredential.FromPassword("alice", "secret", new MonotonicTime(600_000_000_000));
    public static readonly TurnCredential Bob = TurnCredential.FromPassword("bob", "word");
    public static readonly TurnCredential Token = TurnCredential.FromToken("key", "a session key of the token"u8, "token"u8);

    private static readonly string[] Realms = ["a", "b", "c", "d"];

    private static readonly IntegrityKey[] All =
    [
        IntegrityKey.FromBytes("a session key of the token"u8),
        .. Realms.SelectMany(realm => new[] { ("alice", "secret"), ("bob", "word") }.SelectMany(user => new[] { PasswordAlgorithm.Md5, PasswordAlgorithm.Sha256 }
            .Select(algorithm => IntegrityKey.LongTerm(
                algorithm, Encoding.ASCII.GetBytes(user.Item1), Encoding.ASCII.GetBytes(realm), Encoding.ASCII.GetBytes(user.Item2))))),
    ];

    public static ReadOnlySpan<byte> Realm(int number) => Encoding.ASCII.GetBytes(Realms[number % Realms.Length]);

    /// <summary>The key of a request; null where it is not signed.</summary>
    public static IntegrityKey? Of(in StunMessage request)
    {
        foreach (IntegrityKey key in All)
        {
            if (request.VerifyIntegrity(key) || request.VerifyIntegritySha256(key)) return key;
        }

        Invariant.Holds(!request.HasIntegrity && !request.HasIntegritySha256, "A request is signed with a key that the client has.");
        return null;
    }
}
