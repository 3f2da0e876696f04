using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Conformance.Tests.Rfc8489;

/// <summary>RFC 8489 section 5: the header of what a server sends.</summary>
public sealed class Section5MessageStructure
{
    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section5MessageStructure() => _client = new TestClient(_relay);

    [Fact]
    [Trait("Requirement", "RFC8489-5-1")]
    [Trait("Requirement", "RFC8489-5-3")]
    [Trait("Requirement", "RFC8489-5-8")]
    public void Every_message_has_two_zero_bits_the_magic_cookie_and_the_length_of_what_follows_its_header()
    {
        foreach (Sent sent in OneOfEachKind())
        {
            Assert.Equal(0, sent.Bytes[0] & 0xC0);
            Assert.Equal(0x2112A442u, BinaryPrimitives.ReadUInt32BigEndian(sent.Bytes.AsSpan(4)));
            Assert.Equal(sent.Bytes.Length - 20, BinaryPrimitives.ReadUInt16BigEndian(sent.Bytes.AsSpan(2)));
        }
    }

    [Fact]
    [Trait("Requirement", "RFC8489-5-7")]
    public void A_response_has_the_transaction_id_of_its_request_whether_it_is_success_or_error()
    {
        TransactionId id = TransactionId.Read("0123456789ab"u8);
        Build transport = (ref writer) => writer.AddRequestedTransport(TransportProtocol.Udp);

        Assert.Equal(id, _client.Send(_client.Message(StunMethod.Binding, null, id, authenticate: false)).Message.TransactionId);
        Assert.Equal(id, _client.Send(_client.Message(StunMethod.Allocate, transport, id, authenticate: false)).Message.TransactionId);
        Assert.Equal(id, _client.Request(StunMethod.Refresh, null, id).Message.TransactionId);
        Assert.Equal(id, _client.Allocate(id: id).Message.TransactionId);
    }

    [Fact]
    [Trait("Requirement", "RFC8489-6.1-4")]
    [Trait("Requirement", "RFC8489-6.1-5")]
    [Trait("Requirement", "RFC8489-6.1-6")]
    [Trait("Requirement", "RFC8489-6.1-7")]
    public void No_message_of_the_control_plane_is_longer_than_576_bytes_with_the_headers_of_IP_and_UDP()
    {
        _client.Fingerprint = true;

        foreach (Sent sent in OneOfEachKind()) Assert.InRange(sent.Bytes.Length + 28, 1, 576);
    }

    private List<Sent> OneOfEachKind()
    {
        Sent binding = _client.Bare(StunMethod.Binding);
        Sent challenge = _client.Bare(StunMethod.Refresh);
        Sent mismatch = _client.Request(StunMethod.Refresh);
        Sent unknown = _client.Allocate((ref writer) => writer.AddUInt32(StunAttributeType.Priority, 1));
        Sent allocated = _client.Allocate((ref writer) => writer.AddEvenPort(reserveNext: true));
        Sent permitted = _client.CreatePermission("9.9.9.9:1");
        Sent data = _relay.FromPeer(_client.Relay, TransportAddress.Parse("9.9.9.9:1"), [1, 2, 3]);
        Assert.True(binding.IsSuccess && allocated.IsSuccess && permitted.IsSuccess);
        Assert.Equal((401, 437, 420), (challenge.Code, mismatch.Code, unknown.Code));
        Assert.Equal(StunClass.Indication, data.Message.Class);
        return [binding, challenge, mismatch, unknown, allocated, permitted, data];
    }
}
