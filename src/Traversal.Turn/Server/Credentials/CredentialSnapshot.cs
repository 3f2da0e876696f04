using System.Text;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>
/// Who may use the relay: users with passwords, shared secrets by which a web service makes time-limited credentials, and keys by which authorization
/// servers seal access tokens (RFC 7635). Immutable and safe from any thread; a machine takes a new one through
/// <see cref="RelayMachine.Credentials"/>. It keeps keys, not passwords.
/// </summary>
public sealed class CredentialSnapshot
{
    /// <summary>The most shared secrets: each costs a computation when a username is first seen.</summary>
    public const int MaxSecrets = 8;

    private readonly Dictionary<byte[], StaticUser> _users = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], StaticUser>.AlternateLookup<ReadOnlySpan<byte>> _usersByBytes;
    private readonly Dictionary<byte[], byte[]> _namesByHash = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _namesByHashBytes;
    private readonly byte[][] _secrets;
    private readonly byte[] _realm;

    private CredentialSnapshot(
        string realm, IEnumerable<UserCredential> users, IEnumerable<ReadOnlyMemory<byte>> secrets, IEnumerable<TokenKey> tokenKeys, string serverName)
    {
        Realm = realm;
        _realm = Encoding.UTF8.GetBytes(Prepare(realm, nameof(realm)));
        _usersByBytes = _users.GetAlternateLookup<ReadOnlySpan<byte>>();
        _namesByHashBytes = _namesByHash.GetAlternateLookup<ReadOnlySpan<byte>>();
        _secrets = [.. secrets.Select(secret => secret.ToArray())];
        ArgumentOutOfRangeException.ThrowIfGreaterThan(_secrets.Length, MaxSecrets, nameof(secrets));
        if (_secrets.Any(secret => secret.Length == 0)) throw new ArgumentException("A secret is empty.", nameof(secrets));

        foreach (UserCredential user in users)
        {
            byte[] name = Encoding.UTF8.GetBytes(Prepare(user.Name, nameof(users)));
            if (name.Length > StunLimits.MaxWrittenUsernameBytes) throw new ArgumentException("A user's name is too long.", nameof(users));
            _users[name] = new StaticUser(name, _realm, Encoding.UTF8.GetBytes(Prepare(user.Password, nameof(users))));
            AddHash(name);
        }

        Tokens = new TokenKeyRing(tokenKeys, Encoding.UTF8.GetBytes(Prepare(serverName, nameof(serverName))));
        foreach (byte[] keyId in Tokens.Ids) AddHash(keyId);
        PlainChallengeLength = ChallengeSize.OfPlain(_realm.Length, Tokens.ServerName.Length);
        if (!Tokens.IsEmpty && !ChallengeSize.IsShort(PlainChallengeLength))
            throw new ArgumentException("The realm and the server name are too long together: answers to forged requests would amplify.", nameof(serverName));
    }

    /// <summary>The realm under which the keys were made.</summary>
    public string Realm { get; }

    /// <summary>How many users with passwords there are.</summary>
    public int UserCount => _users.Count;

    /// <summary>How many shared secrets there are.</summary>
    public int SecretCount => _secrets.Length;

    /// <summary>How many keys of access tokens there are.</summary>
    public int TokenKeyCount => Tokens.Count;

    internal ReadOnlySpan<byte> RealmBytes => _realm;

    /// <summary>By which access tokens are opened.</summary>
    internal TokenKeyRing Tokens { get; }

    /// <summary>The length of a challenge without PASSWORD-ALGORITHMS.</summary>
    internal int PlainChallengeLength { get; }

    /// <summary>A username has so many keys at most: as a user with a password, and by each secret.</summary>
    internal int CandidateCount => 1 + _secrets.Length;

    /// <summary>
    /// Whether every user can be found by USERHASH. Those with time-limited credentials can't: their names hold a time that nobody knows beforehand.
    /// </summary>
    internal bool FindsEveryName => _secrets.Length == 0;

    /// <summary>Makes a snapshot.</summary>
    /// <param name="realm">The realm; the same as <see cref="RelayOptions.Realm"/>.</param>
    /// <param name="users">Users with passwords; of two with one name the last counts.</param>
    /// <param name="secrets">Shared secrets of time-limited credentials, at most <see cref="MaxSecrets"/>; several while one is being replaced.</param>
    /// <param name="tokenKeys">Keys of access tokens; several while one is being replaced. Without any, tokens are not taken. Of two with one identifier the last counts.</param>
    /// <param name="serverName">
    /// The name for which tokens are sealed; null for the realm. With token keys it and the realm, each rounded up to a multiple of 4, have at most 40
    /// bytes of UTF-8 together; with more than 28 SHA-256 is not offered.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A name, password or the realm is empty or has characters that RFC 8265 forbids, there are too many secrets, or the realm and the server name are too
    /// long.
    /// </exception>
    public static CredentialSnapshot Create(
        string realm,
        IEnumerable<UserCredential>? users = null,
        IEnumerable<ReadOnlyMemory<byte>>? secrets = null,
        IEnumerable<TokenKey>? tokenKeys = null,
        string? serverName = null) =>
        new(realm, users ?? [], secrets ?? [], tokenKeys ?? [], serverName ?? realm);

    /// <summary>The key of a username by one of the ways to have one; null when it has none that way or has expired.</summary>
    /// <param name="candidate">Below <see cref="CandidateCount"/>.</param>
    /// <param name="username">As in the request.</param>
    /// <param name="algorithm">How the key is made.</param>
    /// <param name="unixNow">The present in Unix seconds.</param>
    /// <param name="expiry">When the credential expires in Unix seconds; <see cref="long.MaxValue"/> if never.</param>
    internal IntegrityKey? FindKey(
        int candidate, ReadOnlySpan<byte> username, PasswordAlgorithm algorithm, long unixNow, out long expiry)
    {
        expiry = long.MaxValue;
        if (candidate == 0) return _usersByBytes.TryGetValue(username, out StaticUser? user) ? user.Key(algorithm) : null;

        if (!RestCredential.TryReadExpiry(username, out expiry) || expiry <= unixNow) return null;

        Span<byte> password = stackalloc byte[RestCredential.PasswordLength];
        RestCredential.DerivePassword(_secrets[candidate - 1], username, password, out int length);
        return IntegrityKey.LongTerm(algorithm, username, _realm, password[..length]);
    }

    /// <summary>The user's name behind a USERHASH (RFC 8489 section 14.4); empty when nobody known has that hash.</summary>
    internal ReadOnlySpan<byte> FindName(ReadOnlySpan<byte> hash) => _namesByHashBytes.TryGetValue(hash, out byte[]? name) ? name : default;

    /// <summary>Whom a username's allocations are charged to: of a time-limited one, who asked for it, not when.</summary>
    internal ReadOnlySpan<byte> AccountOf(ReadOnlySpan<byte> username)
    {
        if (_usersByBytes.ContainsKey(username) || !RestCredential.TryReadExpiry(username, out _)) return username;

        int colon = username.IndexOf((byte)':');
        return colon < 0 || colon == username.Length - 1 ? username : username[(colon + 1)..];
    }

    private void AddHash(byte[] name)
    {
        byte[] hash = new byte[StunLimits.UserhashBytes];
        Userhash.Compute(name, _realm, hash);
        _namesByHash[hash] = name;
    }

    private static string Prepare(string text, string parameter) =>
        OpaqueString.TryPrepare(text, out string prepared)
            ? prepared
            : throw new ArgumentException("A realm, user name or password is empty or has characters that are not allowed.", parameter);

    private sealed class StaticUser(byte[] name, byte[] realm, byte[] password)
    {
        private readonly IntegrityKey _md5 = IntegrityKey.LongTerm(PasswordAlgorithm.Md5, name, realm, password);
        private readonly IntegrityKey _sha256 = IntegrityKey.LongTerm(PasswordAlgorithm.Sha256, name, realm, password);

        public IntegrityKey Key(PasswordAlgorithm algorithm) => algorithm == PasswordAlgorithm.Sha256 ? _sha256 : _md5;
    }
}
