using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc5780;

/// <summary>RFC 5780 section 6.1: preparing the response.</summary>
public sealed class Section6_1PreparingTheResponse
{
    private readonly DiscoveryRelay _discovery = new();

    /// <summary>Table 1, for each of the four addresses that a request may come in on: the flags and where the answer must come from.</summary>
    public static TheoryData<string, ChangeRequest, string> Table1 => new()
    {
        { "198.0.2.1:3478", ChangeRequest.None, "198.0.2.1:3478" },
        { "198.0.2.1:3478", ChangeRequest.Port, "198.0.2.1:3479" },
        { "198.0.2.1:3478", ChangeRequest.Address, "198.0.2.2:3478" },
        { "198.0.2.1:3478", ChangeRequest.Address | ChangeRequest.Port, "198.0.2.2:3479" },
        { "198.0.2.1:3479", ChangeRequest.None, "198.0.2.1:3479" },
        { "198.0.2.1:3479", ChangeRequest.Port, "198.0.2.1:3478" },
        { "198.0.2.1:3479", ChangeRequest.Address, "198.0.2.2:3479" },
        { "198.0.2.1:3479", ChangeRequest.Address | ChangeRequest.Port, "198.0.2.2:3478" },
        { "198.0.2.2:3478", ChangeRequest.None, "198.0.2.2:3478" },
        { "198.0.2.2:3478", ChangeRequest.Port, "198.0.2.2:3479" },
        { "198.0.2.2:3478", ChangeRequest.Address, "198.0.2.1:3478" },
        { "198.0.2.2:3478", ChangeRequest.Address | ChangeRequest.Port, "198.0.2.1:3479" },
        { "198.0.2.2:3479", ChangeRequest.None, "198.0.2.2:3479" },
        { "198.0.2.2:3479", ChangeRequest.Port, "198.0.2.2:3478" },
        { "198.0.2.2:3479", ChangeRequest.Address, "198.0.2.1:3479" },
        { "198.0.2.2:3479", ChangeRequest.Address | ChangeRequest.Port, "198.0.2.1:3478" },
    };

    [Theory]
    [MemberData(nameof(Table1))]
    [Trait("Requirement", "RFC5780-6.1-3")]
    [Trait("Requirement", "RFC5780-6.1-4")]
    [Trait("Requirement", "RFC5780-6.1-5")]
    [Trait("Requirement", "RFC5780-6.1-6")]
    [Trait("Requirement", "RFC5780-6.1-7")]
    [Trait("Requirement", "RFC5780-6.1-8")]
    public void The_source_of_the_answer_is_what_table_1_says_and_the_answer_says_so_too(string destination, ChangeRequest change, string source)
    {
        TransportAddress asked = TransportAddress.Parse(destination);
        Sent sent = _discovery.Ask(asked, change);

        Assert.Equal(source, DiscoveryRelay.AddressOf(sent.Via).ToString());
        Assert.Equal(_discovery.Client.Address, sent.Destination);
        Assert.Equal(source, DiscoveryRelay.Read(sent, StunAttributeType.ResponseOrigin).ToString());

        TransportAddress otherAddress = asked.HasSameAddress(DiscoveryRelay.A1P1) ? DiscoveryRelay.A2P1 : DiscoveryRelay.A1P1;
        TransportAddress other = otherAddress.WithPort((ushort)(asked.Port == 3478 ? 3479 : 3478));
        Assert.Equal(other, DiscoveryRelay.Read(sent, StunAttributeType.OtherAddress));
    }

    [Fact]
    [Trait("Requirement", "RFC5780-6.1-1")]
    [Trait("Requirement", "RFC5780-6.1-6")]
    [Trait("Requirement", "RFC5780-6.1-7")]
    [Trait("Requirement", "RFC5780-6.1-8")]
    public void A_plain_request_gets_both_mapped_addresses_and_both_of_the_servers()
    {
        Sent sent = _discovery.Ask(DiscoveryRelay.A1P1);

        Assert.Equal(DiscoveryRelay.A1P1, DiscoveryRelay.AddressOf(sent.Via));
        Assert.True(sent.Message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
        Assert.Equal(_discovery.Client.Address, mapped);
        Assert.Equal(_discovery.Client.Address, DiscoveryRelay.Read(sent, StunAttributeType.MappedAddress));
        Assert.Equal(DiscoveryRelay.A1P1, DiscoveryRelay.Read(sent, StunAttributeType.ResponseOrigin));
        Assert.Equal(DiscoveryRelay.A2P2, DiscoveryRelay.Read(sent, StunAttributeType.OtherAddress));
    }

    [Theory]
    [InlineData(1500, 1500)]
    [InlineData(4, 4)]
    [InlineData(0, 0)]
    [InlineData(9000, 1500)]
    [Trait("Requirement", "RFC5780-6.1-9")]
    [Trait("Requirement", "RFC5780-6.1-10")]
    [Trait("Requirement", "RFC5780-7.6-2")]
    [Trait("Requirement", "RFC5780-7.6-1")]
    public void Padding_is_answered_with_padding_of_the_MTU_but_with_no_more_than_was_sent(int sentBytes, int answeredBytes)
    {
        Sent sent = _discovery.Ask(DiscoveryRelay.A1P1, (ref writer) => writer.AddPadding(sentBytes));

        Assert.True(sent.IsSuccess);
        Assert.True(sent.Message.TryGet(StunAttributeType.Padding, out ReadOnlySpan<byte> padding));
        Assert.Equal(answeredBytes, padding.Length);
        Assert.Equal(0, padding.Length % 4);
    }

    [Fact]
    [Trait("Requirement", "RFC5780-6.1-11")]
    [Trait("Requirement", "RFC5780-7.5-2")]
    public void Padding_and_a_response_port_together_are_400()
    {
        Sent sent = _discovery.Ask(DiscoveryRelay.A1P1, (ref writer) =>
        {
            writer.AddPadding(1500);
            writer.AddResponsePort(5000);
        });

        Assert.Equal(400, sent.Code);
        Assert.Equal(_discovery.Client.Address, sent.Destination);
    }

    [Theory]
    [InlineData(StunAttributeType.ChangeRequest)]
    [InlineData(StunAttributeType.ResponsePort)]
    public void A_malformed_attribute_is_400(StunAttributeType type) =>
        Assert.Equal(400, _discovery.Ask(DiscoveryRelay.A1P1, (ref writer) => writer.Add(type, [1])).Code);

    [Fact]
    public void CACHE_TIMEOUT_is_ignored()
    {
        Sent sent = _discovery.Ask(DiscoveryRelay.A1P1, (ref writer) => writer.AddUInt32(StunAttributeType.CacheTimeout, 10));

        Assert.True(sent.IsSuccess);
        Assert.False(sent.Message.Has(StunAttributeType.CacheTimeout));
    }

    [Fact]
    public void Attributes_that_are_not_understood_are_420_here_too() =>
        Assert.Equal(420, _discovery.Ask(DiscoveryRelay.A1P1, (ref writer) => writer.AddUInt32(StunAttributeType.Priority, 1)).Code);

    [Fact]
    public void FINGERPRINT_is_answered_with_FINGERPRINT()
    {
        _discovery.Client.Fingerprint = true;

        Assert.True(_discovery.Ask(DiscoveryRelay.A1P1, ChangeRequest.Port).Message.IsFingerprintValid());
    }

    [Fact]
    public void Answers_from_any_of_the_four_count_for_the_reply_limiter()
    {
        var limited = new DiscoveryRelay(options => (options.RepliesPerSecond, options.ReplyBurst) = (1, 8));
        TransportAddress[] addresses = [DiscoveryRelay.A1P1, DiscoveryRelay.A1P2, DiscoveryRelay.A2P1, DiscoveryRelay.A2P2];

        int answers = Enumerable.Range(0, 100).Count(i => !limited.Ask(addresses[i % 4], (ChangeRequest)(2 * (i / 4 % 4))).IsNothing);

        Assert.Equal(8, answers);
        Assert.Equal(92, limited.Relay.Machine.Counters[RelayCounter.DroppedReplies]);
    }

    [Fact]
    public void Without_padding_no_answer_is_more_than_two_and_a_half_times_its_request()
    {
        foreach (string client in (string[])["198.1.0.7:40000", "[2a00:5::7]:40000"])
        {
            _discovery.Client.Address = TransportAddress.Parse(client);
            int overhead = _discovery.Client.Address.IsIPv4 ? 28 : 48;
            Assert.InRange(_discovery.Ask(DiscoveryRelay.A1P1).Bytes.Length + overhead, 1, (StunMessage.HeaderLength + overhead) * 5 / 2);
        }
    }
}
