using Traversal.Peer.Dns;
using Traversal.Primitives;

namespace Traversal.Peer.Tests.Dns;

public sealed class DnsMessageTests
{
    private const string Host = "turn.example.org";

    private static readonly byte[] ToQuestion = MessageBuilder.Pointer(DnsMessage.HeaderLength);

    [Fact]
    public void An_answer_has_its_records()
    {
        byte[] bytes = new MessageBuilder(answers: 3, additionals: 1).Question(Host, DnsRecordType.A)
            .Record(ToQuestion, DnsRecordType.CanonicalName, [4, .. "real"u8, .. MessageBuilder.Pointer(DnsMessage.HeaderLength + 5)])
            .Record(MessageBuilder.Wire("real.example.org"), DnsRecordType.A, MessageBuilder.Address("192.0.2.1"), timeToLive: 0xFFFF_FFFF)
            .Record(MessageBuilder.Wire("real.example.org"), DnsRecordType.Aaaa, MessageBuilder.Address("2001:db8::1"))
            .Record([0], DnsRecordType.Options, []).Bytes;

        Assert.Equal(DnsParseStatus.Ok, DnsMessage.TryParse(bytes, out DnsMessage message));
        Assert.True(message.IsAnswerTo(0x1234, Name("TURN.example.org"), DnsRecordType.A));
        var seen = new List<string>();
        foreach (DnsRecord record in message.Answers)
        {
            if (record.TryGetTarget(out DnsName? target)) seen.Add($"{record.Name} is {target}");
            if (record.TryGetAddress(out TransportAddress address)) seen.Add($"{record.Name} has {address.ToIPAddress()} for {record.TimeToLive}");
        }

        Assert.Equal(["turn.example.org is real.example.org", "real.example.org has 192.0.2.1 for 0", "real.example.org has 2001:db8::1 for 60"], seen);
        int count = 0;
        foreach (DnsRecord record in message.Records) count += record.IsAbout(DnsName.Root) ? 1 : 0;
        Assert.Equal(1, count);
    }

    [Fact]
    public void Services_and_naming_authorities_are_read()
    {
        byte[] bytes = new MessageBuilder(answers: 2).Question(Host, DnsRecordType.Service)
            .Record(ToQuestion, DnsRecordType.Service, MessageBuilder.Service(1, 2, 3478, "a.example.org"))
            .Record(ToQuestion, DnsRecordType.NamingAuthority, MessageBuilder.NamingAuthority(10, 20, "s", "RELAY:turn.udp", "", "_turn._udp.example.org")).Bytes;
        DnsMessage.TryParse(bytes, out DnsMessage message);
        DnsRecordEnumerator records = message.Answers;

        Assert.True(records.MoveNext());
        Assert.True(records.Current.TryGetService(out DnsService? service));
        Assert.Equal(new DnsService(1, 2, 3478, Name("a.example.org")), service);
        Assert.False(records.Current.TryGetNamingAuthority(out _));
        Assert.True(records.MoveNext());
        Assert.True(records.Current.TryGetNamingAuthority(out DnsNamingAuthority? authority));
        Assert.Equal(new DnsNamingAuthority(10, 20, "s", "RELAY:turn.udp", "", Name("_turn._udp.example.org")), authority);
    }

    [Fact]
    public void Every_beginning_of_a_message_is_truncated()
    {
        byte[] bytes = new MessageBuilder(answers: 1).Question(Host, DnsRecordType.A).Record(ToQuestion, DnsRecordType.A, MessageBuilder.Address("192.0.2.1")).Bytes;
        for (int length = 0; length < bytes.Length; length++) Assert.Equal(DnsParseStatus.Truncated, DnsMessage.TryParse(bytes.AsSpan(0, length), out _));
    }

    [Theory]
    [InlineData(12)] // to itself
    [InlineData(14)] // forward
    [InlineData(0x3FFF)]
    public void A_pointer_that_does_not_point_back_is_refused(int target)
    {
        byte[] bytes = new MessageBuilder().Add(MessageBuilder.Pointer(target)).Add(0, 1, 0, 1, 0, 0).Bytes;

        Assert.Equal(DnsParseStatus.BadName, DnsMessage.TryParse(bytes, out _));
    }

    [Fact]
    public void Pointers_in_a_circle_are_refused()
    {
        // a -> label and pointer to b, b -> pointer to a
        byte[] bytes = new MessageBuilder(answers: 1).Add([1, (byte)'a', .. MessageBuilder.Pointer(16), .. MessageBuilder.Pointer(12), 0, 1, 0, 1]).Bytes;

        Assert.Equal(DnsParseStatus.BadName, DnsMessage.TryParse(bytes, out _));
    }

    [Fact]
    public void Names_that_grow_beyond_the_longest_by_pointers_are_refused()
    {
        var builder = new MessageBuilder(questions: 0, answers: 8);
        int previous = 0;
        for (int i = 0; i < 8; i++)
        {
            int start = builder.Length;
            byte[] name = [63, .. new byte[63], .. previous == 0 ? [0] : MessageBuilder.Pointer(previous)];
            builder.Record(name, DnsRecordType.A, []);
            previous = start;
        }

        Assert.Equal(DnsParseStatus.BadName, DnsMessage.TryParse(builder.Bytes, out _));
    }

    [Theory]
    [InlineData(0x40)]
    [InlineData(0x80)]
    public void Reserved_label_types_are_refused(byte head) =>
        Assert.Equal(DnsParseStatus.BadName, DnsMessage.TryParse(new MessageBuilder().Add(head, 0, 0, 1, 0, 1).Bytes, out _));

    [Fact]
    public void Too_many_records_are_refused_before_they_are_looked_at() =>
        Assert.Equal(DnsParseStatus.TooManyRecords, DnsMessage.TryParse(new MessageBuilder(answers: DnsMessage.MaxRecords).Bytes, out _));

    [Fact]
    public void An_answer_to_something_else_is_none()
    {
        byte[] bytes = new MessageBuilder().Question(Host, DnsRecordType.A).Bytes;
        DnsMessage.TryParse(bytes, out DnsMessage message);

        Assert.True(message.IsAnswerTo(0x1234, Name(Host), DnsRecordType.A));
        Assert.False(message.IsAnswerTo(0x1235, Name(Host), DnsRecordType.A));
        Assert.False(message.IsAnswerTo(0x1234, Name("other.example.org"), DnsRecordType.A));
        Assert.False(message.IsAnswerTo(0x1234, Name(Host), DnsRecordType.Aaaa));
        DnsMessage.TryParse(new MessageBuilder(flags: 0x0100).Question(Host, DnsRecordType.A).Bytes, out DnsMessage query);
        Assert.False(query.IsAnswerTo(0x1234, Name(Host), DnsRecordType.A));
        DnsMessage.TryParse(new MessageBuilder(questions: 0).Bytes, out DnsMessage bare);
        Assert.False(bare.IsAnswerTo(0x1234, Name(Host), DnsRecordType.A));
    }

    [Fact]
    public void A_name_of_any_bytes_equals_itself()
    {
        byte[] name = [3, 0, (byte)'.', 0xFF, 0];
        DnsMessage.TryParse(new MessageBuilder(answers: 1).Question(Host, DnsRecordType.A).Record(name, DnsRecordType.A, []).Bytes, out DnsMessage message);
        DnsRecordEnumerator records = message.Answers;
        Assert.True(records.MoveNext());

        Assert.True(records.Current.IsAbout(records.Current.Name));
        Assert.Equal(@"\000\046\255", records.Current.Name.ToString());
    }

    [Fact]
    public void A_query_is_read_as_it_was_written()
    {
        byte[] buffer = new byte[DnsQuery.MaxLength];
        int length = DnsQuery.Write(buffer, 0xABCD, Name(Host), DnsRecordType.NamingAuthority);

        Assert.Equal(DnsParseStatus.Ok, DnsMessage.TryParse(buffer.AsSpan(0, length), out DnsMessage query));
        Assert.Equal(0xABCD, query.Id);
        Assert.False(query.IsResponse);
        DnsRecordEnumerator records = query.Records;
        Assert.True(records.MoveNext());
        Assert.Equal(0, query.Bytes[DnsMessage.HeaderLength + Name(Host).Bytes.Length]);
    }

    [Fact]
    public void Records_of_another_class_and_data_of_the_wrong_length_say_nothing()
    {
        byte[] bytes = new MessageBuilder(answers: 4).Question(Host, DnsRecordType.A)
            .Record(ToQuestion, DnsRecordType.A, MessageBuilder.Address("192.0.2.1"), dnsClass: 3)
            .Record(ToQuestion, DnsRecordType.A, [1, 2, 3])
            .Record(ToQuestion, DnsRecordType.Service, [.. MessageBuilder.Service(1, 2, 3, "a.example.org"), 7])
            .Record(ToQuestion, DnsRecordType.NamingAuthority, [0, 1, 0, 1, 200, 1]).Bytes;
        DnsMessage.TryParse(bytes, out DnsMessage message);
        foreach (DnsRecord record in message.Answers)
        {
            Assert.False(record.TryGetAddress(out _) || record.TryGetService(out _) || record.TryGetNamingAuthority(out _) || record.TryGetTarget(out _));
        }
    }

    private static DnsName Name(string text) => DnsName.Parse(text);
}
