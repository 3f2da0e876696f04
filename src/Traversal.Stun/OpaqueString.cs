using System.Buffers;
using System.Text;

namespace Traversal.Stun;

/// <summary>The profile by which passwords, realms and usernames are prepared (RFC 8265 section 4.2).</summary>
public static class OpaqueString
{
    /// <summary>Prepares a text. ASCII without control characters is unchanged.</summary>
    /// <param name="text">What the user typed.</param>
    /// <param name="prepared">What to compute with; empty when the result is not <see cref="OperationStatus.Done"/>.</param>
    /// <returns>False when the text is empty or has characters that the profile forbids.</returns>
    public static bool TryPrepare(string text, out string prepared)
    {
        ArgumentNullException.ThrowIfNull(text);
        bool plain = text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange(' ', '~');
        prepared = plain ? text : string.Empty;
        return plain;
    }
}
