using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>A user with at least one allocation: the keys found once are not looked for again.</summary>
internal sealed class RelayUser(byte[] name, byte[] account, CredentialSnapshot source, long expiry)
{
    private IntegrityKey? _md5;
    private IntegrityKey? _sha256;

    /// <summary>The bearer of a token, who has one allocation: where one token makes several, each goes on by itself to a token that follows.</summary>
    public RelayUser(TokenSession session, CredentialSnapshot source)
        : this(session.Name, session.Name, source, long.MaxValue) => Session = session;

    /// <summary>What the token gives; null for a user of the long-term credential mechanism.</summary>
    public TokenSession? Session { get; set; }

    /// <summary>The USERNAME of its requests, or the name of the token.</summary>
    public byte[] Name => Session?.Name ?? name;

    /// <summary>Whom its allocations are charged to: of the bearer of a token, what the first one was called.</summary>
    public byte[] Account { get; } = account;

    /// <summary>Where the keys come from; under another snapshot they count no more.</summary>
    public CredentialSnapshot Source { get; private set; } = source;

    /// <summary>When it may make no more allocations, in Unix seconds.</summary>
    public long Expiry { get; } = expiry;

    /// <summary>The rate that it shares with its allocations on other machines; null where it has none.</summary>
    public UserRate? Rate { get; set; }

    /// <summary>How many allocations it has on this machine.</summary>
    public int Allocations { get; set; }

    /// <summary>The slot in which the machine keeps it.</summary>
    public int Slot { get; set; }

    public IntegrityKey? Key(PasswordAlgorithm algorithm) => Session?.Key ?? (algorithm == PasswordAlgorithm.Sha256 ? _sha256 : _md5);

    /// <summary>Takes a key that has verified a request, from a snapshot that may be newer.</summary>
    public void Learn(CredentialSnapshot source, PasswordAlgorithm algorithm, IntegrityKey key)
    {
        if (source != Source) (Source, _md5, _sha256) = (source, null, null);
        if (algorithm == PasswordAlgorithm.Sha256)
            _sha256 = key;
        else
            _md5 = key;
    }
}
