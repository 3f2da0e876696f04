using System.Globalization;
using Traversal.Client.Identity;
using Traversal.Peer.Identity;

namespace Traversal.Cli.Id;

/// <summary>Identities for people.</summary>
internal static class IdText
{
    public static string Of(IdentityStatus status) => status switch
    {
        IdentityStatus.NotFound => "there is no such identity",
        IdentityStatus.AlreadyThere => "this identity is there already",
        IdentityStatus.TooMany => $"there are {IdentityStore.MaxIdentities} identities already",
        IdentityStatus.WrongPassword => "the password is not that of the file",
        IdentityStatus.Malformed => "the file is damaged, or not an identity",
        _ => "the folder of the identities can't be read or written",
    };

    public static void Write(IReadOnlyList<StoredIdentity> identities, TextWriter output)
    {
        if (identities.Count == 0) output.WriteLine("no identities; 'traversal id create NAME' makes one");
        foreach (StoredIdentity identity in identities) output.WriteLine($"{(identity.IsDefault ? '*' : ' ')} {identity.Id}  {identity.FriendlyName}");
    }

    public static void Write(StoredIdentity identity, TextWriter output)
    {
        output.WriteLine($"id       {identity.Id}{(identity.IsDefault ? "  (default)" : "")}");
        if (identity.Account != identity.Id) output.WriteLine($"speaks for {identity.Account}");
        output.WriteLine($"name     {identity.FriendlyName}");
        output.WriteLine($"made     {Date(identity.CreatedAt)}");
        if (identity.NotAfter < CertificateTerms.Endless) output.WriteLine($"until    {Date(identity.NotAfter)}");
        output.WriteLine($"card     {identity.Card}");
    }

    private static string Date(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);
}
