using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using Traversal.Primitives;

namespace Traversal.Stun;

/// <summary>The 96 random bits that tie an answer to its request (RFC 8489 section 5), as a value to key tables by.</summary>
public readonly struct TransactionId : IEquatable<TransactionId>
{
    /// <summary>The length on the wire, in bytes.</summary>
    public const int Length = 12;

    private readonly ulong _high;
    private readonly uint _low;

    private TransactionId(ulong high, uint low)
    {
        _high = high;
        _low = low;
    }

    internal ulong High => _high;

    internal uint Low => _low;

    /// <summary>Draws a new one.</summary>
    public static TransactionId Create(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> bytes = stackalloc byte[Length];
        random.Fill(bytes);
        return Read(bytes);
    }

    /// <summary>Reads the first 12 bytes of <paramref name="source"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="source"/> is shorter.</exception>
    public static TransactionId Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(source), BinaryPrimitives.ReadUInt32BigEndian(source[8..]));

    /// <summary>Writes the 12 bytes as they stand on the wire.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="destination"/> is shorter.</exception>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], _low);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(TransactionId other) => _high == other._high & _low == other._low;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TransactionId other && Equals(other);

    /// <inheritdoc/>
    /// <remarks>An id of our own is random already; in a table of ids that strangers chose, collisions can be aimed.</remarks>
    public override int GetHashCode() => (int)(_high ^ _high >> 32) ^ (int)_low;

    /// <summary>Whether both are the same.</summary>
    public static bool operator ==(TransactionId left, TransactionId right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(TransactionId left, TransactionId right) => !left.Equals(right);

    /// <summary>24 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{_high:x16}{_low:x8}");
}
