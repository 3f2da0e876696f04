using System.Buffers.Binary;

namespace Traversal.Stun;

/// <summary>How SHA-1 and SHA-256 end a message (FIPS 180-4 section 5.1.1).</summary>
internal static class HashPadding
{
    private const int LengthBytes = 8;

    /// <summary>How many blocks a message of <paramref name="length"/> bytes takes.</summary>
    public static int Blocks(int length) => (length + 1 + LengthBytes + HashBlock.Length - 1) / HashBlock.Length;

    /// <summary>
    /// Writes a one bit after the first <paramref name="length"/> bytes of <paramref name="tail"/>, zeros, and the length of all in bits.
    /// </summary>
    /// <param name="tail">The last blocks of the message, whole.</param>
    /// <param name="length">How many of their bytes are the message's.</param>
    /// <param name="hashedLength">The length of all that is hashed, in bytes.</param>
    public static void Write(Span<byte> tail, int length, int hashedLength)
    {
        tail[length..].Clear();
        tail[length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(tail[^LengthBytes..], (ulong)hashedLength * 8);
    }
}
