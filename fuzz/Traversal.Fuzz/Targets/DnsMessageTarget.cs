using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>A DNS message: whatever is read lies inside of it, names have an end, and a query for what was read is read again.</summary>
internal sealed class DnsMessageTarget : IFuzzTarget
{
    public static string Name => "dns-message";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        DnsParseStatus status = DnsMessage.TryParse(input, out DnsMessage message);
        if (status != DnsParseStatus.Ok)
        {
            Invariant.Holds(message.Bytes.IsEmpty && !message.IsAnswerTo(0, DnsName.Root, DnsRecordType.A), "What is no message says nothing.");
            return;
        }

        int answers = Count(message.Answers), records = 0;
        foreach (DnsRecord record in message.Records)
        {
            records++;
            CheckRecord(in record);
        }

        int said = Word(input, 6) + Word(input, 8) + Word(input, 10);
        Invariant.Holds(answers == Word(input, 6) && records == said && said <= DnsMessage.MaxRecords, "There are as many records as the header says.");
        for (int length = 0; length < Math.Min(input.Length, DnsMessage.HeaderLength); length++)
            Invariant.Holds(DnsMessage.TryParse(input[..length], out _) == DnsParseStatus.Truncated, "A header has its length.");
    }

    private static void CheckRecord(in DnsRecord record)
    {
        DnsName name = record.Name;
        CheckName(name);
        Invariant.Holds(record.IsAbout(name), "A record is about its name.");
        if (record.TryGetAddress(out TransportAddress address)) Invariant.Holds(record.Data.Length == address.AddressLength, "An address is whole.");
        if (record.TryGetTarget(out DnsName? target)) CheckName(target);
        if (record.TryGetService(out DnsService? service)) CheckName(service.Target);
        if (record.TryGetNamingAuthority(out DnsNamingAuthority? authority)) CheckName(authority.Replacement);
    }

    private static void CheckName(DnsName name)
    {
        Invariant.Holds(name.Bytes.Length is > 0 and <= DnsName.MaxLength && name.Bytes[^1] == 0, "A name has an end.");
        string text = name.ToString();
        if (!name.IsRoot && !text.Contains('\\', StringComparison.Ordinal))
            Invariant.Holds(DnsName.TryParse(text, out DnsName? again) && again.Equals(name) && again.GetHashCode() == name.GetHashCode(), "A name is read as it is written.");

        Span<byte> query = stackalloc byte[DnsQuery.MaxLength];
        int length = DnsQuery.Write(query, 1, name, DnsRecordType.A);
        Invariant.Holds(DnsMessage.TryParse(query[..length], out DnsMessage written) == DnsParseStatus.Ok && !written.IsResponse, "A query is a message.");
        query[2] |= 0x80;
        DnsMessage.TryParse(query[..length], out written);
        Invariant.Holds(written.IsAnswerTo(1, name, DnsRecordType.A), "An answer is known by its question.");
    }

    private static int Count(DnsRecordEnumerator records)
    {
        int count = 0;
        while (records.MoveNext()) count++;
        return count;
    }

    private static int Word(ReadOnlySpan<byte> bytes, int offset) => bytes[offset] << 8 | bytes[offset + 1];
}
