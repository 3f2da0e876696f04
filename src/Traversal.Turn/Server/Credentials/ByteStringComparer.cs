using System.Diagnostics.CodeAnalysis;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>Compares names by their bytes, so that a table can be asked straight from a datagram. The hash is keyed.</summary>
internal sealed class ByteStringComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private readonly SipHash _hash = SipHash.Create(RandomSource.System);

    private ByteStringComparer()
    {
    }

    public static ByteStringComparer Instance { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)_hash.Hash(alternate);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
