using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Traversal.Stun;

/// <summary>
/// A key of MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256, prepared: the two hash states that HMAC (RFC 2104) derives from a key are
/// computed once, so that protecting or verifying a message costs two or three hash blocks and no allocation. Immutable and safe from any
/// thread.
/// </summary>
/// <remarks>It keeps the states, from which the key cannot be read back but codes can be made: keep it as secret as the key.</remarks>
public sealed partial class IntegrityKey
{
    private const byte InnerPad = 0x36, OuterPad = 0x5C; // RFC 2104 section 2.

    private readonly Sha1State _sha1Inner = Sha1State.Initial, _sha1Outer = Sha1State.Initial;
    private readonly Sha256State _sha256Inner = Sha256State.Initial, _sha256Outer = Sha256State.Initial;

    private IntegrityKey(ReadOnlySpan<byte> sha1Key, ReadOnlySpan<byte> sha256Key)
    {
        _sha1Inner.Compress(Pad(sha1Key, InnerPad));
        _sha1Outer.Compress(Pad(sha1Key, OuterPad));
        _sha256Inner.Compress(Pad(sha256Key, InnerPad));
        _sha256Outer.Compress(Pad(sha256Key, OuterPad));
    }

    internal ref readonly Sha1State Sha1Inner => ref _sha1Inner;

    internal ref readonly Sha1State Sha1Outer => ref _sha1Outer;

    /// <summary>
    /// The length that the header has while a code is computed: to the end of the integrity attribute (RFC 8489 section 14.5).
    /// </summary>
    /// <param name="coveredLength">The length of the message up to the attribute.</param>
    /// <param name="valueLength">The length of the attribute's value.</param>
    internal static ushort HeaderLengthFor(int coveredLength, int valueLength) =>
        (ushort)(coveredLength - StunMessage.HeaderLength + StunMessage.AttributeHeaderLength + valueLength);

    /// <summary>The HMAC-SHA1 of a message up to MESSAGE-INTEGRITY, as if the header's length ended with the attribute.</summary>
    [SkipLocalsInit]
    internal Sha1State ComputeSha1(ReadOnlySpan<byte> covered)
    {
        Span<byte> tail = stackalloc byte[2 * HashBlock.Length];
        ushort length = HeaderLengthFor(covered.Length, StunLimits.IntegrityBytes);
        Sha1State inner = _sha1Inner;
        ReadOnlySpan<byte> rest = covered;
        if (rest.Length >= HashBlock.Length)
        {
            inner.Compress(HashBlock.Read(rest).WithLength(length));
            rest = rest[HashBlock.Length..];
            for (; rest.Length >= HashBlock.Length; rest = rest[HashBlock.Length..]) inner.Compress(HashBlock.Read(rest));
        }

        tail = EndInner(rest, covered.Length, tail);
        HashBlock block = HashBlock.Read(tail);
        inner.Compress(covered.Length < HashBlock.Length ? block.WithLength(length) : block);
        if (tail.Length > HashBlock.Length) inner.Compress(HashBlock.Read(tail[HashBlock.Length..]));

        Sha1State outer = _sha1Outer;
        outer.Compress(new HashBlock(
            Vector128.Create(inner.A, inner.B, inner.C, inner.D),
            Vector128.Create(inner.E, 0x8000_0000, 0, 0),
            Vector128<uint>.Zero,
            Vector128.Create(0u, 0, 0, (HashBlock.Length + StunLimits.IntegrityBytes) * 8)));
        return outer;
    }

    /// <summary>The HMAC-SHA256 of a message up to MESSAGE-INTEGRITY-SHA256, as if the header's length ended with the attribute.</summary>
    /// <param name="covered">The message up to the attribute.</param>
    /// <param name="valueLength">The length of the attribute's value, which may be truncated.</param>
    [SkipLocalsInit]
    internal Sha256State ComputeSha256(ReadOnlySpan<byte> covered, int valueLength)
    {
        Span<byte> tail = stackalloc byte[2 * HashBlock.Length];
        ushort length = HeaderLengthFor(covered.Length, valueLength);
        Sha256State inner = _sha256Inner;
        ReadOnlySpan<byte> rest = covered;
        if (rest.Length >= HashBlock.Length)
        {
            inner.Compress(HashBlock.Read(rest).WithLength(length));
            rest = rest[HashBlock.Length..];
            for (; rest.Length >= HashBlock.Length; rest = rest[HashBlock.Length..]) inner.Compress(HashBlock.Read(rest));
        }

        tail = EndInner(rest, covered.Length, tail);
        HashBlock block = HashBlock.Read(tail);
        inner.Compress(covered.Length < HashBlock.Length ? block.WithLength(length) : block);
        if (tail.Length > HashBlock.Length) inner.Compress(HashBlock.Read(tail[HashBlock.Length..]));

        Sha256State outer = _sha256Outer;
        outer.Compress(new HashBlock(
            Vector128.Create(inner.A, inner.B, inner.C, inner.D),
            Vector128.Create(inner.E, inner.F, inner.G, inner.H),
            Vector128.Create(0x8000_0000u, 0, 0, 0),
            Vector128.Create(0u, 0, 0, (HashBlock.Length + StunLimits.IntegritySha256Bytes) * 8)));
        return outer;
    }

    // The last one or two blocks of the inner hash, in front of whose message stands the block of the key.
    private static Span<byte> EndInner(ReadOnlySpan<byte> rest, int coveredLength, Span<byte> tail)
    {
        tail = tail[..(HashPadding.Blocks(rest.Length) * HashBlock.Length)];
        rest.CopyTo(tail);
        HashPadding.Write(tail, rest.Length, HashBlock.Length + coveredLength);
        return tail;
    }

    private static HashBlock Pad(ReadOnlySpan<byte> key, byte pad)
    {
        Debug.Assert(key.Length <= HashBlock.Length, "A longer key is hashed first.");
        Span<byte> block = stackalloc byte[HashBlock.Length];
        block.Fill(pad);
        for (int i = 0; i < key.Length; i++) block[i] ^= key[i];
        HashBlock result = HashBlock.Read(block);
        block.Clear();
        return result;
    }
}
