using System.Text;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Fuzz;

/// <summary>Who asks for relays: two users with passwords, one with a time-limited credential, and one whose password is wrong.</summary>
internal static class RelayUsers
{
    public const string Realm = "example.org";

    /// <summary>When every script begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly byte[] RestSecret = "rest secret"u8.ToArray();

    public static readonly RelayUserKeys[] All = [Make("alice", "sesame"), Make("bob", "swordfish"), MakeTimeLimited(), Make("bob", "wrong")];

    /// <summary>Everybody who may.</summary>
    public static readonly CredentialSnapshot Everybody =
        CredentialSnapshot.Create(Realm, [new UserCredential("alice", "sesame"), new UserCredential("bob", "swordfish")], [RestSecret], RelayBearers.Keys);

    /// <summary>After bob has left and the secret was changed.</summary>
    public static readonly CredentialSnapshot OnlyAlice = CredentialSnapshot.Create(Realm, [new UserCredential("alice", "sesame")]);

    private static RelayUserKeys MakeTimeLimited()
    {
        string name = FormattableString.Invariant($"{Start.AddHours(1).ToUnixTimeSeconds()}:carol");
        Span<byte> password = stackalloc byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword(RestSecret, Encoding.UTF8.GetBytes(name), password, out int length);
        return Make(name, Encoding.UTF8.GetString(password[..length]));
    }

    private static RelayUserKeys Make(string name, string password) =>
        new(Encoding.UTF8.GetBytes(name), Key(PasswordAlgorithm.Md5, name, password), Key(PasswordAlgorithm.Sha256, name, password));

    private static RelayKey Key(PasswordAlgorithm algorithm, string name, string password)
    {
        Span<byte> key = stackalloc byte[32];
        int length = IntegrityKey.DeriveLongTerm(
            algorithm, Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(Realm), Encoding.UTF8.GetBytes(password), key);
        return new RelayKey(key[..length].ToArray());
    }
}
