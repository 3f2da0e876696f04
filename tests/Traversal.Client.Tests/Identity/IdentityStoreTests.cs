using System.Security.Cryptography;
using Traversal.Client.Identity;
using Traversal.Peer.Identity;

namespace Traversal.Client.Tests.Identity;

public sealed class IdentityStoreTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "identities");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void An_identity_is_kept_with_its_key()
    {
        StoredIdentity made = Open().Create("Anna at work").Value!;

        using PeerIdentity identity = Open().Load(made.Id).Value!;

        Assert.Equal(made.Id, identity.Id);
        Assert.Equal(made.Id, identity.Account);
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge([.. identity.Chain], made.Id, DateTimeOffset.UtcNow));
        Assert.True(Verifies(identity, identity.Sign([1, 2, 3])));
        Assert.Equal("Anna at work", made.FriendlyName);
        Assert.Equal(CertificateTerms.Endless, made.NotAfter);
    }

    [Fact]
    public void The_first_identity_is_the_default_until_another_one_is()
    {
        IdentityStore store = Open();
        PeerId work = store.Create("work").Value!.Id, leisure = store.Create("leisure").Value!.Id;
        Assert.Equal(work, store.FindDefault().Value!.Id);

        Assert.Equal(IdentityStatus.Ok, store.SetDefault(leisure));

        Assert.Equal(leisure, Open().FindDefault().Value!.Id);
        Assert.Equal([(work, false), (leisure, true)], store.List().Value!.Select(identity => (identity.Id, identity.IsDefault)));
    }

    [Fact]
    public void A_name_is_changed_and_the_key_is_not()
    {
        IdentityStore store = Open();
        PeerId id = store.Create("Anna").Value!.Id;
        byte[] key = PrivateKey(store, id);

        Assert.Equal(IdentityStatus.Ok, store.Rename(id, "Anna B."));

        Assert.Equal("Anna B.", Open().Find(id).Value!.FriendlyName);
        Assert.Equal(key, PrivateKey(store, id));
    }

    [Fact]
    public void What_is_deleted_is_gone_and_no_longer_the_default()
    {
        IdentityStore store = Open();
        PeerId id = store.Create("Anna").Value!.Id;

        Assert.Equal(IdentityStatus.Ok, store.Delete(id));

        Assert.Equal(IdentityStatus.NotFound, store.Delete(id));
        Assert.Equal(IdentityStatus.NotFound, store.Load(id).Status);
        Assert.Equal(IdentityStatus.NotFound, store.FindDefault().Status);
        Assert.Empty(store.List().Value!);
        Assert.DoesNotContain(Directory.GetFiles(_folder), file => file.Contains(id.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void An_export_comes_into_another_store_with_the_same_key()
    {
        IdentityStore store = Open(), other = Open("other");
        StoredIdentity made = store.Create("Anna").Value!;

        byte[] exported = store.Export(made.Id, "secret").Value!;
        IdentityResult<StoredIdentity> imported = other.Import(exported, "secret", "Anna's laptop");

        Assert.Equal(IdentityStatus.Ok, imported.Status);
        Assert.Equal(made.Id, imported.Value!.Id);
        Assert.Equal("Anna's laptop", imported.Value.FriendlyName);
        Assert.Equal(PrivateKey(store, made.Id), PrivateKey(other, made.Id));
        Assert.Equal(IdentityStatus.AlreadyThere, other.Import(exported, "secret", "again").Status);
    }

    [Fact]
    public void A_wrong_password_changes_nothing_on_disk()
    {
        IdentityStore store = Open(), other = Open("other");
        byte[] exported = store.Export(store.Create("Anna").Value!.Id, "secret").Value!;
        Dictionary<string, byte[]> before = Files();

        Assert.Equal(IdentityStatus.WrongPassword, other.Import(exported, "Secret", "Anna").Status);
        Assert.Equal(IdentityStatus.WrongPassword, other.Import(exported, "", "Anna").Status);

        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_file_of_any_bytes_is_malformed()
    {
        IdentityStore store = Open();
        byte[] exported = store.Export(store.Create("Anna").Value!.Id, "secret").Value!;

        Assert.Equal(IdentityStatus.Malformed, Open("other").Import([], "secret", "Anna").Status);
        Assert.Equal(IdentityStatus.Malformed, Open("other").Import(exported.AsSpan(0, exported.Length / 2), "secret", "Anna").Status);
        Assert.Equal(IdentityStatus.Malformed, Open("other").Import(new byte[1_000_000], "secret", "Anna").Status);
        Assert.Equal(IdentityStatus.Malformed, Open("other").Import("{}"u8, "secret", "Anna").Status);
    }

    /// <summary>Four bytes of a PKCS#12 file say how much work its reader is to do.</summary>
    [Fact]
    public void A_file_that_asks_for_too_much_work_is_refused_before_it_is_done()
    {
        Assert.Equal(IdentityStatus.Malformed, Open().Import(Pkcs12With(iterations: 300_001), "secret", "Anna").Status);
    }

    [Fact]
    public void Keys_of_other_kinds_and_certificates_of_others_are_malformed()
    {
        using var rsa = RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=Anna", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        byte[] file = certificate.ExportPkcs12(new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000), "secret");

        Assert.Equal(IdentityStatus.Malformed, Open().Import(file, "secret", "Anna").Status);
    }

    [Fact]
    public void A_device_speaks_for_its_person_after_it_was_stored_and_carried_too()
    {
        using var person = PeerIdentity.Create();
        using var phone = PeerIdentity.CreateDevice(person, DateTimeOffset.UtcNow.AddYears(1));
        IdentityStore store = Open();
        Assert.Equal(person.Id, store.Add(phone, "phone").Value!.Account);

        Open("other").Import(store.Export(phone.Id, "secret").Value!, "secret", "phone");

        using PeerIdentity carried = Open("other").Load(phone.Id).Value!;
        Assert.Equal(person.Id, carried.Account);
        Assert.Equal(2, carried.Chain.Count);
        Assert.Equal(PeerChainVerdict.Trusted, PeerChain.Judge([.. carried.Chain], person.Id, DateTimeOffset.UtcNow));
        Assert.Throws<ArgumentException>(() => PeerIdentity.CreateDevice(carried, DateTimeOffset.UtcNow));
    }

    [Fact]
    public void Only_its_owner_may_read_a_store()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps others out of the user's profile.");
            return;
        }

        Open().Create("Anna");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(_folder).UnixFileMode);
        foreach (string file in Directory.GetFiles(_folder)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    /// <summary>What a crash may leave: the new file not begun, begun, whole; and the old one always in its place.</summary>
    [Fact]
    public void A_crash_in_the_middle_of_writing_leaves_the_old_state()
    {
        IdentityStore store = Open();
        PeerId id = store.Create("old").Value!.Id;
        string file = Path.Combine(_folder, id + ".identity");
        byte[] before = File.ReadAllBytes(file);
        store.Rename(id, "new");
        byte[] after = File.ReadAllBytes(file);
        File.WriteAllBytes(file, before);

        foreach (int length in new[] { 0, 1, after.Length / 2, after.Length })
        {
            File.WriteAllBytes(file + ".unfinished", after[..length]);
            Assert.Equal("old", Open().Find(id).Value!.FriendlyName);
            Assert.Single(Open().List().Value!);
        }

        Assert.Equal(IdentityStatus.Ok, Open().Rename(id, "newer"));
        Assert.Equal("newer", Open().Find(id).Value!.FriendlyName);
    }

    [Fact]
    public void A_damaged_file_hides_no_other()
    {
        IdentityStore store = Open();
        PeerId first = store.Create("first").Value!.Id, second = store.Create("second").Value!.Id;
        File.WriteAllText(Path.Combine(_folder, first + ".identity"), "{ \"version\": 1 }");

        Assert.Equal([second], store.List().Value!.Select(identity => identity.Id));
        Assert.Equal(IdentityStatus.Malformed, store.Load(first).Status);
        Assert.Equal(IdentityStatus.Ok, store.Delete(first));
    }

    [Fact]
    public void A_file_with_the_key_of_another_is_malformed()
    {
        IdentityStore store = Open();
        PeerId first = store.Create("first").Value!.Id, second = store.Create("second").Value!.Id;
        File.Copy(Path.Combine(_folder, second + ".identity"), Path.Combine(_folder, first + ".identity"), overwrite: true);

        Assert.Equal(IdentityStatus.Malformed, store.Load(first).Status);
        Assert.Equal(IdentityStatus.Malformed, store.Find(first).Status);
    }

    [Fact]
    public async Task Many_who_change_one_store_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() => Open().Create($"number {number}"), TestContext.Current.CancellationToken)));

        Assert.Equal(8, Open().List().Value!.Count);
        Assert.Equal(1, Open().List().Value!.Count(identity => identity.IsDefault));
    }

    [Fact]
    public void A_store_has_a_bound()
    {
        IdentityStore store = Open();
        for (int count = 0; count < IdentityStore.MaxIdentities; count++) Assert.Equal(IdentityStatus.Ok, store.Create("one of many").Status);

        Assert.Equal(IdentityStatus.TooMany, store.Create("one too many").Status);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_told()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder)!);
        File.WriteAllText(_folder, "a file");

        Assert.Equal(IdentityStatus.Inaccessible, IdentityStore.Open(_folder).Status);
    }

    [Fact]
    public void A_name_that_breaks_the_rules_is_misuse()
    {
        Assert.Throws<ArgumentException>(() => Open().Create("two\nlines"));
        Assert.Throws<ArgumentException>(() => Open().Export(PeerId.Of([1]), ""));
    }

    private IdentityStore Open(string? name = null) => IdentityStore.Open(name is null ? _folder : Path.Combine(Path.GetDirectoryName(_folder)!, name)).Value!;

    private Dictionary<string, byte[]> Files() =>
        Directory.GetFiles(Path.GetDirectoryName(_folder)!, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.ReadAllBytes, StringComparer.Ordinal);

    private static byte[] PrivateKey(IdentityStore store, PeerId id)
    {
        using PeerIdentity identity = store.Load(id).Value!;
        return identity.ExportPrivateKey();
    }

    private static bool Verifies(PeerIdentity identity, byte[] signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(identity.PublicKey.Span, out _);
        return key.VerifyData((ReadOnlySpan<byte>)[1, 2, 3], signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    private static byte[] Pkcs12With(int iterations)
    {
        using var identity = PeerIdentity.Create();
        using var certificate = identity.ToX509();
        return certificate.ExportPkcs12(new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, iterations), "secret");
    }
}
