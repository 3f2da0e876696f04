using System.Buffers.Binary;

namespace Traversal.Stun;

/// <summary>Goes over the attributes of a message; see <see cref="StunMessage.GetEnumerator"/>.</summary>
public ref struct StunAttributeEnumerator
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _end;
    private readonly int _integrity;
    private readonly int _integritySha256;
    private readonly int _fingerprint;
    private int _next;
    private int _current;

    internal StunAttributeEnumerator(ReadOnlySpan<byte> bytes, int end, int integrity, int integritySha256, int fingerprint)
    {
        _bytes = bytes;
        _end = end;
        _integrity = integrity;
        _integritySha256 = integritySha256;
        _fingerprint = fingerprint;
        _next = StunMessage.HeaderLength;
    }

    /// <summary>The attribute.</summary>
    public readonly StunAttribute Current
    {
        get
        {
            uint header = BinaryPrimitives.ReadUInt32BigEndian(_bytes[_current..]);
            ReadOnlySpan<byte> value = _bytes.Slice(_current + StunMessage.AttributeHeaderLength, (int)(header & 0xFFFF));
            return new((StunAttributeType)(header >> 16), value);
        }
    }

    /// <summary>Itself, so that <see cref="StunMessage.AllAttributes"/> can be enumerated.</summary>
    public readonly StunAttributeEnumerator GetEnumerator() => this;

    /// <summary>Goes to the next attribute.</summary>
    public bool MoveNext()
    {
        int next = _next < _end ? _next : NextProtecting();
        if (next >= _bytes.Length) return false;

        _current = next;
        int valueLength = BinaryPrimitives.ReadUInt16BigEndian(_bytes[(next + 2)..]);
        _next = next + StunMessage.AttributeHeaderLength + (valueLength + 3 & ~3);
        return true;
    }

    // Behind the end stand, in this order, MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 and FINGERPRINT; what is between them does not
    // count.
    private readonly int NextProtecting() =>
        _integrity >= _next ? _integrity :
        _integritySha256 >= _next ? _integritySha256 :
        _fingerprint >= _next ? _fingerprint :
        int.MaxValue;
}
