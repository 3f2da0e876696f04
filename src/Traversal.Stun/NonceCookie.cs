using System.Buffers;
using System.Buffers.Text;

namespace Traversal.Stun;

/// <summary>
/// The 13 characters that a server of RFC 8489 puts in front of its nonce, so that nobody on the path can hide what it offers
/// (RFC 8489 sections 9.2 and 9.2.1).
/// </summary>
public static class NonceCookie
{
    /// <summary>The length in bytes: nine fixed characters and four of base64.</summary>
    public const int Length = 13;

    private const int FeatureBytes = 3;

    private static ReadOnlySpan<byte> Prefix => "obMatJos2"u8;

    /// <summary>Writes the cookie.</summary>
    /// <param name="features">What the server offers; the low 24 bits count.</param>
    /// <param name="nonce">The beginning of the nonce, at least <see cref="Length"/> bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="nonce"/> is shorter.</exception>
    public static void Write(StunSecurityFeatures features, Span<byte> nonce)
    {
        if (nonce.Length < Length) throw new ArgumentException("A nonce cookie has 13 bytes.", nameof(nonce));

        uint bits = (uint)features;
        Prefix.CopyTo(nonce);
        Base64.EncodeToUtf8([(byte)(bits >> 16), (byte)(bits >> 8), (byte)bits], nonce[Prefix.Length..], out _, out _);
    }

    /// <summary>Reads the cookie in front of <paramref name="nonce"/>.</summary>
    /// <returns>False for the nonce of an older server, which has none.</returns>
    public static bool TryRead(ReadOnlySpan<byte> nonce, out StunSecurityFeatures features)
    {
        features = StunSecurityFeatures.None;
        if (nonce.Length < Length || !nonce.StartsWith(Prefix)) return false;

        Span<byte> bits = stackalloc byte[FeatureBytes];
        OperationStatus status = Base64.DecodeFromUtf8(nonce[Prefix.Length..Length], bits, out _, out int written);
        if (status != OperationStatus.Done || written != FeatureBytes) return false;

        features = (StunSecurityFeatures)(bits[0] << 16 | bits[1] << 8 | bits[2]);
        return true;
    }
}
