using System.Buffers.Text;
using System.Security.Cryptography;

namespace Traversal.Stun;

/// <summary>
/// Credentials that a web service makes and a relay verifies by a shared secret: the username is <c>expiry[:id]</c> in Unix seconds, the
/// password <c>base64(HMAC-SHA1(secret, username))</c> (draft-uberti-behave-turn-rest).
/// </summary>
public static class RestCredential
{
    /// <summary>The length of a password in bytes.</summary>
    public const int PasswordLength = 28;

    /// <summary>Writes the password of <paramref name="username"/>, ASCII; allocates nothing.</summary>
    /// <param name="secret">The shared secret.</param>
    /// <param name="username">The whole username, expiry included.</param>
    /// <param name="destination">At least <see cref="PasswordLength"/> bytes.</param>
    /// <param name="written">How many bytes were written.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter.</exception>
    public static void DerivePassword(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> username, Span<byte> destination, out int written)
    {
        if (destination.Length < PasswordLength) throw new ArgumentException("A password has 28 bytes.", nameof(destination));

        Span<byte> code = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // The scheme is defined with SHA-1.
        HMACSHA1.HashData(secret, username, code);
#pragma warning restore CA5350
        Base64.EncodeToUtf8(code, destination, out _, out written);
    }

    /// <summary>Reads when a username of the form <c>expiry[:id]</c> expires.</summary>
    /// <returns>False for a username of another form.</returns>
    public static bool TryReadExpiry(ReadOnlySpan<byte> username, out long unixSeconds)
    {
        int colon = username.IndexOf((byte)':');
        ReadOnlySpan<byte> digits = colon < 0 ? username : username[..colon];
        unixSeconds = 0;
        return !digits.IsEmpty && !digits.ContainsAnyExceptInRange((byte)'0', (byte)'9') &&
            Utf8Parser.TryParse(digits, out unixSeconds, out int consumed) && consumed == digits.Length;
    }
}
