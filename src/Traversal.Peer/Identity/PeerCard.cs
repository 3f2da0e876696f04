using System.Diagnostics.CodeAnalysis;

namespace Traversal.Peer.Identity;

/// <summary>
/// What a person hands to another so that they can be found and known: in a mail, as a QR code, on paper. It is public, and as good as the way it came.
/// </summary>
/// <param name="Id">Whose it is.</param>
/// <param name="FriendlyName">What they call themselves; null where they don't say.</param>
public sealed record PeerCard(PeerId Id, string? FriendlyName = null)
{
    /// <summary>The most characters of its text: every character of a name may take nine.</summary>
    public const int MaxTextLength = 4 + PeerId.TextLength + 6 + (9 * Identity.FriendlyName.MaxLength);

    private const string Scheme = "p2p:";
    private const string NameField = "?name=";

    /// <summary>Reads the text of a card.</summary>
    /// <returns>False where it is not one.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out PeerCard? card)
    {
        card = null;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (rest.Length > MaxTextLength || !rest.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return false;

        rest = rest[Scheme.Length..];
        if (rest.Length < PeerId.TextLength || !PeerId.TryParse(rest[..PeerId.TextLength], out PeerId id)) return false;

        rest = rest[PeerId.TextLength..];
        if (rest.IsEmpty)
        {
            card = new PeerCard(id);
            return true;
        }

        if (!rest.StartsWith(NameField, StringComparison.Ordinal)) return false;

        string name = Uri.UnescapeDataString(rest[NameField.Length..]);
        if (!Identity.FriendlyName.IsWellFormed(name)) return false;

        card = new PeerCard(id, name);
        return true;
    }

    /// <summary>Its text: <c>p2p:ID</c>, and <c>?name=</c> with the name where there is one.</summary>
    public override string ToString() => FriendlyName is null ? $"{Scheme}{Id}" : $"{Scheme}{Id}{NameField}{Uri.EscapeDataString(FriendlyName)}";
}
