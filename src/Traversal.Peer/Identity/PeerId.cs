using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Traversal.Peer.Identity;

/// <summary>
/// Who a peer is: the SHA-256 of its public key. Whoever has the private key is the peer; nobody hands these names out, and nobody can take one away.
/// </summary>
/// <remarks>The default value names nobody.</remarks>
public readonly record struct PeerId
{
    /// <summary>Its length in bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The length of its text: 52 characters, which fit a DNS label.</summary>
    public const int TextLength = 52;

    private readonly ulong _first, _second, _third, _fourth;

    private PeerId(ReadOnlySpan<byte> bytes)
    {
        _first = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>Whether it names nobody.</summary>
    public bool IsNone => this == default;

    /// <summary>The peer whose key <paramref name="subjectPublicKeyInfo"/> is.</summary>
    /// <param name="subjectPublicKeyInfo">The key as DER, as it stands in a certificate (RFC 5280 section 4.1.2.7).</param>
    public static PeerId Of(ReadOnlySpan<byte> subjectPublicKeyInfo)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(subjectPublicKeyInfo, hash);
        return new PeerId(hash);
    }

    /// <summary>Reads <see cref="Length"/> bytes.</summary>
    /// <returns>False where there are more or fewer, or they name nobody.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PeerId id)
    {
        id = bytes.Length == Length ? new PeerId(bytes) : default;
        return !id.IsNone;
    }

    /// <summary>Reads the text of an id, in upper or lower case.</summary>
    /// <returns>False where it is not <see cref="TextLength"/> characters of base32.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out PeerId id) => TryParse(text.AsSpan(), out id);

    /// <inheritdoc cref="TryParse(string?, out PeerId)"/>
    public static bool TryParse(ReadOnlySpan<char> text, out PeerId id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        id = Base32.TryRead(text, bytes) ? new PeerId(bytes) : default;
        return !id.IsNone;
    }

    /// <summary>Writes its <see cref="Length"/> bytes.</summary>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public void WriteTo(Span<byte> destination)
    {
        if (destination.Length < Length) throw new ArgumentException($"At least {Length} bytes.", nameof(destination));

        BinaryPrimitives.WriteUInt64BigEndian(destination, _first);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(destination[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(destination[24..], _fourth);
    }

    /// <summary>Lower-case base32 without padding.</summary>
    public override string ToString() => string.Create(TextLength, this, static (text, id) =>
    {
        Span<byte> bytes = stackalloc byte[Length];
        id.WriteTo(bytes);
        Base32.Write(bytes, text);
    });
}
