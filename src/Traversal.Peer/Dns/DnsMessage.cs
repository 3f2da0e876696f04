using System.Buffers.Binary;

namespace Traversal.Peer.Dns;

/// <summary>
/// A DNS message (RFC 1035 section 4) as a view over the bytes it came in, which must stay unchanged. <see cref="TryParse"/> checks the structure once;
/// nothing here throws on hostile input.
/// </summary>
public readonly ref struct DnsMessage
{
    /// <summary>The length of the fixed header in bytes.</summary>
    public const int HeaderLength = 12;

    /// <summary>The most questions and records that a message is read with: far more than an answer to our questions has.</summary>
    public const int MaxRecords = 256;

    private const int ResponseBit = 0x8000;
    private const int TruncatedBit = 0x0200;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _answers;

    private DnsMessage(ReadOnlySpan<byte> bytes, int answers)
    {
        _bytes = bytes;
        _answers = answers;
    }

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The number that an answer shares with its query.</summary>
    public ushort Id => Word(0);

    /// <summary>Whether it is an answer.</summary>
    public bool IsResponse => (Word(2) & ResponseBit) != 0;

    /// <summary>Whether it did not fit, and is to be asked for by TCP (RFC 7766).</summary>
    public bool IsTruncated => (Word(2) & TruncatedBit) != 0;

    /// <summary>What the server says.</summary>
    public DnsResponseCode ResponseCode => (DnsResponseCode)(Word(2) & 0xF);

    /// <summary>The records of the answer section.</summary>
    public DnsRecordEnumerator Answers => new(_bytes, _answers, Word(6));

    /// <summary>Every record, those about authorities and additional ones included.</summary>
    public DnsRecordEnumerator Records => new(_bytes, _answers, Word(6) + Word(8) + Word(10));

    private int Questions => Word(4);

    /// <summary>Reads a message and checks its structure: names, lengths and counts.</summary>
    public static DnsParseStatus TryParse(ReadOnlySpan<byte> bytes, out DnsMessage message)
    {
        message = default;
        if (bytes.Length < HeaderLength) return DnsParseStatus.Truncated;

        var whole = new DnsMessage(bytes, 0);
        int records = whole.Word(6) + whole.Word(8) + whole.Word(10);
        if (whole.Questions + records > MaxRecords) return DnsParseStatus.TooManyRecords;

        int offset = HeaderLength;
        for (int i = 0; i < whole.Questions; i++)
        {
            if (DnsNameReader.TrySkip(bytes, ref offset) is var status and not DnsParseStatus.Ok) return status;
            offset += 4;
            if (offset > bytes.Length) return DnsParseStatus.Truncated;
        }

        int answers = offset;
        for (int i = 0; i < records; i++)
        {
            if (DnsRecord.TryRead(bytes, ref offset, out _) is var status and not DnsParseStatus.Ok) return status;
        }

        message = new DnsMessage(bytes, answers);
        return DnsParseStatus.Ok;
    }

    /// <summary>
    /// Whether this answers a query: the same number, and the same one question, in the class of the Internet (RFC 5452 section 9.1).
    /// </summary>
    public bool IsAnswerTo(ushort id, DnsName name, DnsRecordType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_bytes.IsEmpty || !IsResponse || Id != id || Questions != 1) return false;

        Span<byte> asked = stackalloc byte[DnsName.MaxLength];
        int offset = HeaderLength;
        DnsNameReader.TryRead(_bytes, ref offset, asked, out int length);
        return DnsName.AreEqual(asked[..length], name.Bytes) && Word(offset) == (ushort)type && Word(offset + 2) == DnsRecord.Internet;
    }

    private ushort Word(int offset) => _bytes.IsEmpty ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(_bytes[offset..]);
}
