using System.Globalization;

namespace Traversal.Stun;

/// <summary>The comprehension-required attributes that a handler understands: a value to hold in a static field.</summary>
public readonly struct StunAttributeSet
{
    internal const ushort FirstOptional = 0x8000;

    // Every comprehension-required attribute of the registry is below this, so that a set is one word.
    private const int Capacity = 64;

    private readonly ulong _bits;

    private StunAttributeSet(ulong bits) => _bits = bits;

    /// <summary>A set of these. Comprehension-optional ones are always understood and need not be named.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A comprehension-required type is 0x0040 or more: none is registered there.</exception>
    public static StunAttributeSet Of(params ReadOnlySpan<StunAttributeType> types)
    {
        ulong bits = 0;
        foreach (StunAttributeType type in types)
        {
            if ((ushort)type >= FirstOptional) continue;
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((int)type, Capacity, nameof(types));
            bits |= 1UL << (int)type;
        }

        return new StunAttributeSet(bits);
    }

    /// <summary>What either understands.</summary>
    public static StunAttributeSet operator |(StunAttributeSet left, StunAttributeSet right) => new(left._bits | right._bits);

    /// <summary>The same as the operator.</summary>
    public static StunAttributeSet BitwiseOr(StunAttributeSet left, StunAttributeSet right) => left | right;

    /// <summary>Whether a message with this attribute can be processed: it is in the set or comprehension-optional.</summary>
    public bool Understands(StunAttributeType type) =>
        (ushort)type >= FirstOptional || ((ushort)type < Capacity && (_bits >> (int)type & 1) != 0);

    /// <summary>The types of the set in hexadecimal.</summary>
    public override string ToString()
    {
        ulong bits = _bits;
        IEnumerable<int> types = Enumerable.Range(0, Capacity).Where(type => (bits >> type & 1) != 0);
        return string.Join(' ', types.Select(type => type.ToString("x4", CultureInfo.InvariantCulture)));
    }
}
