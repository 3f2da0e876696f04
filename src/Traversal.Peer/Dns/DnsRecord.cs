using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Traversal.Primitives;

namespace Traversal.Peer.Dns;

/// <summary>A resource record (RFC 1035 section 4.1.3) as a view over its message.</summary>
public readonly ref struct DnsRecord
{
    /// <summary>The class of the Internet.</summary>
    internal const ushort Internet = 1;

    private const int FixedLength = 10;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _name;
    private readonly int _data;
    private readonly int _end;

    private DnsRecord(ReadOnlySpan<byte> message, int name, int data, int end)
    {
        _message = message;
        _name = name;
        _data = data;
        _end = end;
    }

    /// <summary>The type, of those of the class of the Internet; <see cref="DnsRecordType.None"/> for other classes.</summary>
    public DnsRecordType Type => BinaryPrimitives.ReadUInt16BigEndian(_message[(_data - 8)..]) == Internet
        ? (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(_message[(_data - FixedLength)..])
        : DnsRecordType.None;

    /// <summary>How long it may be kept, in seconds; a number with the highest bit set is none (RFC 2181 section 8).</summary>
    public uint TimeToLive => BinaryPrimitives.ReadUInt32BigEndian(_message[(_data - 6)..]) is var seconds && seconds <= int.MaxValue ? seconds : 0;

    /// <summary>The data.</summary>
    public ReadOnlySpan<byte> Data => _message[_data.._end];

    /// <summary>The name that it is about; allocates.</summary>
    public DnsName Name => TryReadName(_name, out _, out DnsName? name) ? name : DnsName.Root;

    /// <summary>Whether it is about this name.</summary>
    public bool IsAbout(DnsName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        Span<byte> own = stackalloc byte[DnsName.MaxLength];
        int offset = _name;
        return DnsNameReader.TryRead(_message, ref offset, own, out int length) == DnsParseStatus.Ok
            && DnsName.AreEqual(own[..length], name.Bytes);
    }

    /// <summary>Reads the address of an A or AAAA record; the port is 0.</summary>
    public bool TryGetAddress(out TransportAddress address)
    {
        bool found = (Type == DnsRecordType.A && Data.Length == 4) || (Type == DnsRecordType.Aaaa && Data.Length == 16);
        address = found ? TransportAddress.FromBytes(Data, 0) : default;
        return found;
    }

    /// <summary>Reads the name that a CNAME or PTR record has.</summary>
    public bool TryGetTarget([NotNullWhen(true)] out DnsName? target)
    {
        target = null;
        return Type is DnsRecordType.CanonicalName or DnsRecordType.Pointer && TryReadName(_data, out int end, out target) && end == _end;
    }

    /// <summary>Reads an SRV record (RFC 2782).</summary>
    public bool TryGetService([NotNullWhen(true)] out DnsService? service)
    {
        service = null;
        if (Type != DnsRecordType.Service || Data.Length < 7 || !TryReadName(_data + 6, out int end, out DnsName? target) || end != _end) return false;
        service = new DnsService(Word(0), Word(2), Word(4), target);
        return true;
    }

    /// <summary>Reads an NAPTR record (RFC 3403 section 4.1).</summary>
    public bool TryGetNamingAuthority([NotNullWhen(true)] out DnsNamingAuthority? authority)
    {
        authority = null;
        if (Type != DnsRecordType.NamingAuthority || Data.Length < 8) return false;

        int offset = _data + 4;
        if (!TryReadText(ref offset, out string flags) || !TryReadText(ref offset, out string services) || !TryReadText(ref offset, out string regularExpression)) return false;
        if (!TryReadName(offset, out int end, out DnsName? replacement) || end != _end) return false;
        authority = new DnsNamingAuthority(Word(0), Word(2), flags, services, regularExpression, replacement);
        return true;
    }

    internal static DnsParseStatus TryRead(ReadOnlySpan<byte> message, scoped ref int offset, out DnsRecord record)
    {
        record = default;
        int name = offset;
        if (DnsNameReader.TrySkip(message, ref offset) is var status and not DnsParseStatus.Ok) return status;

        int data = offset + FixedLength;
        if (data > message.Length) return DnsParseStatus.Truncated;
        int end = data + BinaryPrimitives.ReadUInt16BigEndian(message[(data - 2)..]);
        if (end > message.Length) return DnsParseStatus.Truncated;

        record = new DnsRecord(message, name, data, end);
        offset = end;
        return DnsParseStatus.Ok;
    }

    private ushort Word(int offset) => BinaryPrimitives.ReadUInt16BigEndian(Data[offset..]);

    private bool TryReadName(int offset, out int end, [NotNullWhen(true)] out DnsName? name)
    {
        Span<byte> bytes = stackalloc byte[DnsName.MaxLength];
        end = offset;
        name = DnsNameReader.TryRead(_message, ref end, bytes, out int length) == DnsParseStatus.Ok ? DnsName.FromWire(bytes[..length]) : null;
        return name is not null;
    }

    private bool TryReadText(ref int offset, out string text)
    {
        text = "";
        if (offset >= _end || offset + 1 + _message[offset] > _end) return false;
        text = System.Text.Encoding.Latin1.GetString(_message.Slice(offset + 1, _message[offset]));
        offset += 1 + _message[offset];
        return true;
    }
}
