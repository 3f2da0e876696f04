using System.Security.Cryptography;
using System.Text;
using Traversal.Peer.Identity;

namespace Traversal.Client.Identity;

/// <summary>
/// The identities of a user of this machine, as files that only the user may read. A person has few: one for work, one for leisure. Safe for any number of
/// threads and processes.
/// </summary>
/// <remarks>
/// Files are replaced whole: whatever ends the process, the store opens again with the state before or after the change. Private keys are not encrypted on
/// disk, as those of ssh are not; an export is.
/// </remarks>
public sealed class IdentityStore
{
    /// <summary>The most identities of one store.</summary>
    public const int MaxIdentities = 100;

    private const string Suffix = ".identity";
    private const string DefaultFile = "default";
    private const string LockFile = "lock";
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    private readonly PrivateFolder _folder;
    private readonly TimeProvider _timeProvider;

    private IdentityStore(PrivateFolder folder, TimeProvider timeProvider) => (_folder, _timeProvider) = (folder, timeProvider);

    /// <summary>The folder of the user's store: <c>traversal/identities</c> in the user's folder for application data.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "traversal", "identities");

    /// <summary>Opens a store, which is made where it is missing.</summary>
    /// <param name="folder">Its folder; null is <see cref="DefaultFolder"/>.</param>
    /// <param name="timeProvider">The clock; null is the system's.</param>
    /// <returns><see cref="IdentityStatus.Inaccessible"/> where the system does not let the folder be made.</returns>
    public static IdentityResult<IdentityStore> Open(string? folder = null, TimeProvider? timeProvider = null)
    {
        try
        {
            var store = new IdentityStore(new PrivateFolder(folder ?? DefaultFolder), timeProvider ?? TimeProvider.System);
            return new IdentityResult<IdentityStore>(IdentityStatus.Ok, store);
        }
        catch (Exception problem) when (IsOfTheSystem(problem))
        {
            return IdentityStatus.Inaccessible;
        }
    }

    /// <summary>The identities, the oldest first; a file that is damaged is left out.</summary>
    public IdentityResult<IReadOnlyList<StoredIdentity>> List() => Reading<IReadOnlyList<StoredIdentity>>(() =>
    {
        PeerId? preferred = ReadDefault();
        StoredIdentity[] found = [.. ListIds().Select(id => Describe(id, preferred)).OfType<StoredIdentity>()];
        return new(IdentityStatus.Ok, [.. found.OrderBy(identity => identity.CreatedAt).ThenBy(identity => identity.Id.ToString(), StringComparer.Ordinal)]);
    });

    /// <summary>Makes a new identity. The first of a store is its default.</summary>
    /// <param name="friendlyName">What its owner calls it.</param>
    /// <exception cref="ArgumentException">The name breaks the rules of <see cref="FriendlyName"/>.</exception>
    public IdentityResult<StoredIdentity> Create(string friendlyName)
    {
        ThrowIfBad(friendlyName);
        using var identity = PeerIdentity.Create(_timeProvider);
        return Add(identity, friendlyName);
    }

    /// <summary>Puts in an identity that was made elsewhere.</summary>
    /// <param name="identity">The identity, which stays the caller's.</param>
    /// <param name="friendlyName">What its owner calls it.</param>
    /// <exception cref="ArgumentException">The name breaks the rules of <see cref="FriendlyName"/>.</exception>
    public IdentityResult<StoredIdentity> Add(PeerIdentity identity, string friendlyName)
    {
        ArgumentNullException.ThrowIfNull(identity);
        ThrowIfBad(friendlyName);
        return Changing<StoredIdentity>(() =>
        {
            if (_folder.Contains(FileOf(identity.Id))) return IdentityStatus.AlreadyThere;
            PeerId? preferred = ReadDefault();
            if (ListIds().Count() >= MaxIdentities) return IdentityStatus.TooMany;

            _folder.Replace(FileOf(identity.Id), IdentityFile.Of(identity, friendlyName, _timeProvider.GetUtcNow()).ToBytes());
            if (preferred is null) WriteDefault(identity.Id);
            return Described(identity.Id);
        });
    }

    /// <summary>Opens an identity with its key; the caller disposes of it.</summary>
    public IdentityResult<PeerIdentity> Load(PeerId id) => Reading<PeerIdentity>(() =>
    {
        if (ReadFile(id, out IdentityFile? file) is var status and not IdentityStatus.Ok) return status;

        IdentityResult<PeerIdentity> read = file!.ToIdentity();
        if (!read.IsOk || read.Value.Id == id) return read;

        read.Value.Dispose();
        return IdentityStatus.Malformed;
    });

    /// <summary>The identity that is used where none is named.</summary>
    public IdentityResult<StoredIdentity> FindDefault() => Reading<StoredIdentity>(() => ReadDefault() is { } id ? Described(id) : IdentityStatus.NotFound);

    /// <summary>What the store tells of one identity.</summary>
    public IdentityResult<StoredIdentity> Find(PeerId id) => Reading(() => Described(id));

    /// <summary>Makes an identity the one that is used where none is named.</summary>
    public IdentityStatus SetDefault(PeerId id) => Changing<StoredIdentity>(() =>
    {
        if (!_folder.Contains(FileOf(id))) return IdentityStatus.NotFound;

        WriteDefault(id);
        return Described(id);
    }).Status;

    /// <summary>Changes what its owner calls an identity.</summary>
    /// <exception cref="ArgumentException">The name breaks the rules of <see cref="FriendlyName"/>.</exception>
    public IdentityStatus Rename(PeerId id, string friendlyName)
    {
        ThrowIfBad(friendlyName);
        return Changing<StoredIdentity>(() =>
        {
            if (ReadFile(id, out IdentityFile? file) is var status and not IdentityStatus.Ok) return status;

            _folder.Replace(FileOf(id), (file! with { FriendlyName = friendlyName }).ToBytes());
            return Described(id);
        }).Status;
    }

    /// <summary>Deletes an identity and its key for ever. If it was the default, there is none then.</summary>
    public IdentityStatus Delete(PeerId id) => Changing<StoredIdentity>(() =>
    {
        bool isDefault = ReadDefault() == id;
        if (!_folder.Delete(FileOf(id))) return IdentityStatus.NotFound;

        if (isDefault) _folder.Delete(DefaultFile);
        return IdentityStatus.Ok;
    }).Status;

    /// <summary>An identity as PKCS#12, encrypted with <paramref name="password"/> by AES-256.</summary>
    /// <exception cref="ArgumentException">The password is empty.</exception>
    public IdentityResult<byte[]> Export(PeerId id, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(password);
        IdentityResult<PeerIdentity> loaded = Load(id);
        if (!loaded.IsOk) return loaded.Status;

        using PeerIdentity identity = loaded.Value;
        return new IdentityResult<byte[]>(IdentityStatus.Ok, Pkcs12.Write(identity, password));
    }

    /// <summary>Puts in what <see cref="Export"/> gave.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="password">Its password.</param>
    /// <param name="friendlyName">What its owner calls it here.</param>
    /// <exception cref="ArgumentException">The name breaks the rules of <see cref="FriendlyName"/>.</exception>
    public IdentityResult<StoredIdentity> Import(ReadOnlySpan<byte> bytes, string password, string friendlyName)
    {
        ThrowIfBad(friendlyName);
        IdentityResult<PeerIdentity> read = Pkcs12.Read(bytes, password);
        if (!read.IsOk) return read.Status;

        using PeerIdentity identity = read.Value;
        return Add(identity, friendlyName);
    }

    private static string FileOf(PeerId id) => id + Suffix;

    private static void ThrowIfBad(string friendlyName)
    {
        if (!FriendlyName.IsWellFormed(friendlyName)) throw new ArgumentException($"A name has 1 to {FriendlyName.MaxLength} characters of one line.", nameof(friendlyName));
    }

    private IEnumerable<PeerId> ListIds()
    {
        foreach (string name in _folder.List(Suffix))
        {
            if (PeerId.TryParse(name.AsSpan(0, name.Length - Suffix.Length), out PeerId id)) yield return id;
        }
    }

    private PeerId? ReadDefault()
    {
        byte[]? bytes = _folder.TryRead(DefaultFile, PeerId.TextLength);
        return bytes is not null && PeerId.TryParse(Encoding.ASCII.GetString(bytes), out PeerId id) && _folder.Contains(FileOf(id)) ? id : null;
    }

    private void WriteDefault(PeerId id) => _folder.Replace(DefaultFile, Encoding.ASCII.GetBytes(id.ToString()));

    private IdentityStatus ReadFile(PeerId id, out IdentityFile? file)
    {
        file = null;
        if (!_folder.Contains(FileOf(id))) return IdentityStatus.NotFound;

        byte[]? bytes = _folder.TryRead(FileOf(id), IdentityFile.MaxLength);
        file = bytes is null ? null : IdentityFile.TryParse(bytes);
        return file is null ? IdentityStatus.Malformed : IdentityStatus.Ok;
    }

    private IdentityResult<StoredIdentity> Described(PeerId id)
    {
        if (!_folder.Contains(FileOf(id))) return IdentityStatus.NotFound;
        return Describe(id, ReadDefault()) is { } stored ? new IdentityResult<StoredIdentity>(IdentityStatus.Ok, stored) : IdentityStatus.Malformed;
    }

    private StoredIdentity? Describe(PeerId id, PeerId? preferred)
    {
        if (ReadFile(id, out IdentityFile? file) != IdentityStatus.Ok) return null;

        PeerCertificate[] chain = [.. file!.ParseCertificates()];
        return chain.Length > 0 && chain[0].Subject == id
            ? new StoredIdentity(id, chain[^1].Subject, file.FriendlyName, file.CreatedAt, chain[0].NotAfter, id == preferred)
            : null;
    }

    private IdentityResult<T> Changing<T>(Func<IdentityResult<T>> change)
        where T : class
        => Reading(() =>
        {
            using IDisposable held = _folder.Lock(LockFile, LockPatience, _timeProvider);
            return change();
        });

    private static IdentityResult<T> Reading<T>(Func<IdentityResult<T>> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception problem) when (IsOfTheSystem(problem))
        {
            return IdentityStatus.Inaccessible;
        }
    }

    private static bool IsOfTheSystem(Exception problem) => problem is IOException or UnauthorizedAccessException;
}
