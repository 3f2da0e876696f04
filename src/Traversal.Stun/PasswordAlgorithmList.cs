using System.Buffers.Binary;

namespace Traversal.Stun;

/// <summary>
/// The entries of PASSWORD-ALGORITHMS, or the one of PASSWORD-ALGORITHM: a view over the attribute's value (RFC 8489 sections 14.11 and
/// 14.12).
/// </summary>
public readonly ref struct PasswordAlgorithmList
{
    private const int EntryHeaderLength = 4;

    private readonly ReadOnlySpan<byte> _value;

    private PasswordAlgorithmList(ReadOnlySpan<byte> value, int count)
    {
        _value = value;
        Count = count;
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>
    /// Reads a value whose entries add up to it exactly. The padding of the last entry may be missing, as it would be with none following.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out PasswordAlgorithmList list)
    {
        int count = 0;
        ReadOnlySpan<byte> rest = value;
        while (!rest.IsEmpty)
        {
            if (rest.Length < EntryHeaderLength || EntryHeaderLength + ParametersLength(rest) > rest.Length)
            {
                list = default;
                return false;
            }

            rest = rest[Math.Min(EntryLength(rest), rest.Length)..];
            count++;
        }

        list = new PasswordAlgorithmList(value, count);
        return true;
    }

    /// <summary>
    /// The first algorithm that this library knows and that comes without parameters, as both known ones do;
    /// <see cref="PasswordAlgorithm.None"/> where there is none. It is the one a client takes (RFC 8489 section 9.2.5).
    /// </summary>
    public PasswordAlgorithm FirstSupported()
    {
        foreach (PasswordAlgorithm algorithm in this)
        {
            if (algorithm is PasswordAlgorithm.Md5 or PasswordAlgorithm.Sha256) return algorithm;
        }

        return PasswordAlgorithm.None;
    }

    /// <summary>Whether <paramref name="algorithm"/> is among the entries.</summary>
    public bool Contains(PasswordAlgorithm algorithm)
    {
        foreach (PasswordAlgorithm entry in this)
        {
            if (entry == algorithm) return true;
        }

        return false;
    }

    /// <summary>
    /// The algorithms in order; an entry with parameters that its algorithm does not have is <see cref="PasswordAlgorithm.None"/>.
    /// </summary>
    public Enumerator GetEnumerator() => new(_value);

    private static int EntryLength(ReadOnlySpan<byte> entry) => EntryHeaderLength + PaddedLength(ParametersLength(entry));

    private static int ParametersLength(ReadOnlySpan<byte> entry) => BinaryPrimitives.ReadUInt16BigEndian(entry[2..]);

    private static int PaddedLength(int length) => length + 3 & ~3;

    /// <summary>Goes over the entries.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> value) => _rest = value;

        /// <summary>The entry.</summary>
        public PasswordAlgorithm Current { get; private set; }

        /// <summary>Goes to the next entry.</summary>
        public bool MoveNext()
        {
            if (_rest.IsEmpty) return false;

            var algorithm = (PasswordAlgorithm)BinaryPrimitives.ReadUInt16BigEndian(_rest);
            Current = ParametersLength(_rest) == 0 ? algorithm : PasswordAlgorithm.None;
            _rest = _rest[Math.Min(EntryLength(_rest), _rest.Length)..];
            return true;
        }
    }
}
