using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc8489;

/// <summary>RFC 8489 sections 6.2.2 and 6.3: receiving a request and answering it.</summary>
public sealed class Section6_3Receiving
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section6_3Receiving() => _client = new TestClient(_relay);

    [Fact]
    [Trait("Requirement", "RFC8489-6.3-1")]
    public void Unknown_attributes_that_need_not_be_understood_are_ignored()
    {
        Build build = (ref writer) => writer.Add((StunAttributeType)0xFEDC, [1, 2, 3]);

        Assert.True(_client.Bare(StunMethod.Binding, build).IsSuccess);
        Assert.True(_client.Allocate(build).IsSuccess);
        Assert.True(_client.Request(StunMethod.Refresh, build).IsSuccess);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.3-2")]
    public void Known_attributes_that_have_no_business_in_a_request_are_ignored()
    {
        Sent sent = _client.Allocate((ref writer) =>
        {
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, TransportAddress.Parse("1.2.3.4:5"));
            writer.AddXorAddress(StunAttributeType.XorRelayedAddress, TransportAddress.Parse("1.2.3.4:5"));
            writer.AddErrorCode(StunErrorCode.BadRequest);
            writer.Add(StunAttributeType.Data, [1]);
        });

        Assert.True(sent.IsSuccess);
        Assert.True(sent.Relayed.HasSameAddress(TestRelay.Listener));
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.3.1-1")]
    public void After_the_answer_to_a_retransmission_the_state_is_as_after_the_first_answer()
    {
        TransactionId id = TestClient.NewId();
        Sent first = _client.Allocate(id: id);
        Sent second = _client.Allocate(id: id);

        Assert.Equal(first.Bytes, second.Bytes);
        Assert.Equal(1, _relay.Machine.AllocationCount);
        Assert.Equal(1, _relay.OpenSockets);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.3.1.1-1")]
    [Trait("Requirement", "RFC8489-6.3.1.1-2")]
    [Trait("Requirement", "RFC8489-6.3.1.1-4")]
    public void An_error_says_its_code_and_to_the_authenticated_its_reason_under_their_key()
    {
        Sent sent = _client.Request(StunMethod.Refresh);

        Assert.True(sent.Message.TryGetErrorCode(out StunErrorCode code, out ReadOnlySpan<byte> reason));
        Assert.Equal(StunErrorCode.AllocationMismatch, code);
        Assert.Equal("Allocation Mismatch"u8, reason);
        _client.AssertSigned(sent);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.3.1.1-3")]
    [Trait("Requirement", "RFC8489-14.8-11")]
    public void A_420_lists_what_was_not_understood()
    {
        Sent sent = _client.Allocate((ref writer) =>
        {
            writer.AddUInt32(StunAttributeType.Priority, 1);
            writer.Add((StunAttributeType)0x7FFF, [1]);
        });

        Assert.Equal(420, sent.Code);
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[4];
        Assert.Equal(2, sent.Message.GetUnknownAttributes(unknown));
        Assert.Equal([StunAttributeType.Priority, (StunAttributeType)0x7FFF], unknown[..2].ToArray());
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.3.1.1-5")]
    [Trait("Requirement", "RFC8489-16.1.2-1")]
    [Trait("Requirement", "RFC8489-14.14-1")]
    [Trait("Requirement", "RFC8656-5-8")]
    public void Whether_and_what_SOFTWARE_says_is_the_operators_choice()
    {
        Assert.False(_client.Allocate().Message.Has(StunAttributeType.Software));
        var talkative = new TestClient(new TestRelay(options => options.Software = "maker 1.2"));
        foreach (Sent sent in (Sent[])[talkative.Allocate(), talkative.Refresh(), talkative.Allocate()])
        {
            Assert.True(sent.Message.TryGet(StunAttributeType.Software, out ReadOnlySpan<byte> software));
            Assert.Equal("maker 1.2"u8, software);
        }
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.2.2-7")]
    public void What_would_have_been_answered_on_a_connection_that_is_gone_is_not_sent_in_another_way()
    {
        var connection = new SocketId(70);
        var client = new TestClient(_relay, via: connection);
        _relay.Machine.OnClientConnected(connection, TestRelay.Listener, client.Address);
        client.Request(StunMethod.Refresh);
        _relay.HoldsCommands = true;
        Assert.True(client.Allocate().IsNothing);

        _relay.Machine.OnClientGone(connection, _relay.Clock);

        Assert.True(_relay.OpenNext().IsNothing);
        Assert.All(_relay.Commands, command => Assert.True(command.Kind is RelayCommandKind.OpenRelay or RelayCommandKind.CloseRelay));
    }

    [Fact]
    [Trait("Requirement", "RFC8489-9-1")]
    public void What_stands_behind_MESSAGE_INTEGRITY_does_not_count()
    {
        _client.Request(StunMethod.Refresh);
        byte[] request = _client.Message(
            StunMethod.Allocate, (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp), TestClient.NewId(), authenticate: true);

        // LIFETIME of an hour, which would be granted.
        byte[] longer = [.. request, 0, 0x0D, 0, 4, 0, 0, 0x0E, 0x10];
        longer[3] += 8;

        Sent sent = _client.Send(longer);
        Assert.True(sent.IsSuccess);
        Assert.Equal(600u, sent.Lifetime);
    }
}
