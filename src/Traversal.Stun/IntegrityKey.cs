using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Traversal.Stun;

/// <summary>
/// A key of MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256, prepared: the two hash states that HMAC (RFC 2104) derives from a key are computed once,
/// so that protecting or verifying a message costs three to four hash blocks and no allocation. Immutable and safe from any thread.
/// </summary>
/// <remarks>It keeps the states, from which the key cannot be read back but codes can be made: keep it as secret as the key.</remarks>
public sealed partial class IntegrityKey
{
    private const int BlockLength = 64;
    private const byte InnerPad = 0x36, OuterPad = 0x5C; // RFC 2104 section 2.

    private readonly Sha1State _sha1Inner, _sha1Outer;
    private readonly Sha256State _sha256Inner, _sha256Outer;

    private IntegrityKey(ReadOnlySpan<byte> sha1Key, ReadOnlySpan<byte> sha256Key)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        _sha1Inner = _sha1Outer = Sha1State.Initial;
        _sha256Inner = _sha256Outer = Sha256State.Initial;
        Pad(sha1Key, InnerPad, block);
        _sha1Inner.Compress(block);
        Pad(sha1Key, OuterPad, block);
        _sha1Outer.Compress(block);
        Pad(sha256Key, InnerPad, block);
        _sha256Inner.Compress(block);
        Pad(sha256Key, OuterPad, block);
        _sha256Outer.Compress(block);
        block.Clear();
    }

    /// <summary>The HMAC-SHA1 of the bytes before MESSAGE-INTEGRITY, as if the header's length ended with the attribute (RFC 8489 section 14.5).</summary>
    /// <param name="covered">The message up to the attribute.</param>
    /// <param name="valueLength">The length of the attribute's value.</param>
    /// <param name="destination">20 bytes.</param>
    [SkipLocalsInit]
    internal void ComputeSha1(ReadOnlySpan<byte> covered, int valueLength, Span<byte> destination)
    {
        Span<byte> tail = stackalloc byte[2 * BlockLength];
        Sha1State state = _sha1Inner;
        ReadOnlySpan<byte> rest = covered;
        if (rest.Length >= BlockLength)
        {
            rest[..BlockLength].CopyTo(tail);
            PatchLength(tail, covered.Length, valueLength);
            state.Compress(tail);
            rest = rest[BlockLength..];
            for (; rest.Length >= BlockLength; rest = rest[BlockLength..]) state.Compress(rest);
        }

        int tailLength = Finish(rest, BlockLength + covered.Length, tail);
        if (covered.Length < BlockLength) PatchLength(tail, covered.Length, valueLength);
        state.Compress(tail);
        if (tailLength > BlockLength) state.Compress(tail[BlockLength..]);

        state.Write(tail);
        Finish(tail[..StunLimits.IntegrityBytes], BlockLength + StunLimits.IntegrityBytes, tail);
        state = _sha1Outer;
        state.Compress(tail);
        state.Write(destination);
    }

    /// <summary>The HMAC-SHA256 of the bytes before MESSAGE-INTEGRITY-SHA256, likewise (RFC 8489 section 14.6).</summary>
    /// <inheritdoc cref="ComputeSha1"/>
    [SkipLocalsInit]
    internal void ComputeSha256(ReadOnlySpan<byte> covered, int valueLength, Span<byte> destination)
    {
        Span<byte> tail = stackalloc byte[2 * BlockLength];
        Sha256State state = _sha256Inner;
        ReadOnlySpan<byte> rest = covered;
        if (rest.Length >= BlockLength)
        {
            rest[..BlockLength].CopyTo(tail);
            PatchLength(tail, covered.Length, valueLength);
            state.Compress(tail);
            rest = rest[BlockLength..];
            for (; rest.Length >= BlockLength; rest = rest[BlockLength..]) state.Compress(rest);
        }

        int tailLength = Finish(rest, BlockLength + covered.Length, tail);
        if (covered.Length < BlockLength) PatchLength(tail, covered.Length, valueLength);
        state.Compress(tail);
        if (tailLength > BlockLength) state.Compress(tail[BlockLength..]);

        state.Write(tail);
        Finish(tail[..StunLimits.IntegritySha256Bytes], BlockLength + StunLimits.IntegritySha256Bytes, tail);
        state = _sha256Outer;
        state.Compress(tail);
        state.Write(destination);
    }

    private static void Pad(ReadOnlySpan<byte> key, byte pad, Span<byte> block)
    {
        Debug.Assert(key.Length <= BlockLength, "A longer key is hashed first.");
        block.Fill(pad);
        for (int i = 0; i < key.Length; i++) block[i] ^= key[i];
    }

    // The header's length counts from the end of the header to the end of the integrity attribute, whatever follows it.
    private static void PatchLength(Span<byte> block, int coveredLength, int valueLength) =>
        BinaryPrimitives.WriteUInt16BigEndian(
            block[2..], (ushort)(coveredLength - StunMessage.HeaderLength + StunMessage.AttributeHeaderLength + valueLength));

    // The last bytes, a one bit, zeros, and the length of all that was hashed in bits (FIPS 180-4 section 5.1.1).
    private static int Finish(ReadOnlySpan<byte> rest, int hashedLength, Span<byte> tail)
    {
        int tailLength = rest.Length < BlockLength - 8 ? BlockLength : 2 * BlockLength;
        rest.CopyTo(tail);
        tail[rest.Length..tailLength].Clear();
        tail[rest.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(tail[(tailLength - 8)..], (ulong)hashedLength * 8);
        return tailLength;
    }
}
