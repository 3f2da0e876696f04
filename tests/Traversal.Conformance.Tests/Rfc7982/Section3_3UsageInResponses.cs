using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc7982;

/// <summary>RFC 7982 section 3.3: what a server does about TRANSACTION_TRANSMIT_COUNTER. The document's sentences have no numbers here.</summary>
public sealed class Section3_3UsageInResponses
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section3_3UsageInResponses() => _client = new TestClient(_relay);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(3, 7)]
    [InlineData(255, 0)]
    public void The_number_of_the_request_is_echoed_and_answers_are_not_counted(byte requests, byte responses)
    {
        Sent sent = _client.Bare(StunMethod.Binding, (ref writer) => writer.AddTransmitCounter(new TransmitCounter(requests, responses)));

        Assert.Equal(new TransmitCounter(requests, 0), CounterOf(sent));
    }

    [Fact]
    public void Errors_and_the_answers_of_every_method_echo_it_too()
    {
        Build count = (ref writer) => writer.AddTransmitCounter(new TransmitCounter(2, 0));

        Assert.Equal(2, CounterOf(_client.Bare(StunMethod.Refresh, count)).Requests);
        Assert.Equal(2, CounterOf(_client.Allocate(count)).Requests);
        Assert.Equal(2, CounterOf(_client.Request(StunMethod.Refresh, count)).Requests);
        Assert.Equal(2, CounterOf(_client.Request(StunMethod.CreatePermission, count)).Requests);
        Assert.Equal(437, _client.Allocate(count).Code);
    }

    [Fact]
    public void It_stands_under_the_protection_of_the_integrity()
    {
        Sent sent = _client.Allocate((ref writer) => writer.AddTransmitCounter(new TransmitCounter(1, 0)));

        _client.AssertSigned(sent);
        Assert.True(sent.Message.Has(StunAttributeType.TransactionTransmitCounter));
    }

    [Fact]
    public void A_retransmitted_Allocate_is_answered_with_the_number_of_that_transmission()
    {
        TransactionId id = TestClient.NewId();
        Sent first = _client.Allocate((ref writer) => writer.AddTransmitCounter(new TransmitCounter(1, 0)), id);
        Sent second = _client.Allocate((ref writer) => writer.AddTransmitCounter(new TransmitCounter(2, 0)), id);

        Assert.Equal(first.Relayed, second.Relayed);
        Assert.Equal((1, 2), (CounterOf(first).Requests, CounterOf(second).Requests));
        Assert.Equal(1, _relay.Machine.AllocationCount);
    }

    [Fact]
    public void While_the_socket_is_being_opened_the_last_transmission_counts()
    {
        TransactionId id = TestClient.NewId();
        _client.Request(StunMethod.Refresh);
        _relay.HoldsCommands = true;
        Assert.True(_client.Allocate((ref writer) => writer.AddTransmitCounter(new TransmitCounter(1, 0)), id).IsNothing);
        Assert.True(_client.Allocate((ref writer) => writer.AddTransmitCounter(new TransmitCounter(2, 0)), id).IsNothing);

        Assert.Equal(2, CounterOf(_relay.OpenNext()).Requests);
    }

    [Fact]
    public void Without_it_there_is_none_and_a_malformed_one_is_ignored()
    {
        Assert.False(_client.Bare(StunMethod.Binding).Message.Has(StunAttributeType.TransactionTransmitCounter));
        Sent sent = _client.Bare(StunMethod.Binding, (ref writer) => writer.Add(StunAttributeType.TransactionTransmitCounter, [1, 2]));
        Assert.True(sent.IsSuccess);
        Assert.False(sent.Message.Has(StunAttributeType.TransactionTransmitCounter));
    }

    [Fact]
    public void The_allocation_that_could_not_be_had_echoes_it()
    {
        _relay.OpenFailure = _ => RelayOpenFailure.Exhausted;
        Sent sent = _client.Allocate((ref writer) => writer.AddTransmitCounter(new TransmitCounter(4, 0)));

        Assert.Equal(508, sent.Code);
        Assert.Equal(4, CounterOf(sent).Requests);
    }

    private static TransmitCounter CounterOf(Sent sent)
    {
        Assert.True(sent.Message.TryGetTransmitCounter(out TransmitCounter counter));
        return counter;
    }
}
