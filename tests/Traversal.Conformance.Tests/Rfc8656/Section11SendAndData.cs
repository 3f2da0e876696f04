using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 11: Send and Data indications.</summary>
public sealed class Section11SendAndData
{
    private const string Peer = "9.9.9.9:9";

    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section11SendAndData()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
        _client.CreatePermission(Peer);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-11.2-1")]
    public void A_Send_indication_without_a_peer_or_without_data_is_discarded()
    {
        Assert.True(Send((ref writer) => writer.Add(StunAttributeType.Data, [1])).IsNothing);
        Assert.True(Send((ref writer) => writer.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.Parse(Peer))).IsNothing);
        Assert.False(Send((ref writer) =>
        {
            writer.AddXorAddress(StunAttributeType.XorPeerAddress, TransportAddress.Parse(Peer));
            writer.Add(StunAttributeType.Data, [1]);
        }).IsNothing);
    }

    [Fact]
    [Trait("Requirement", "RFC8656-11.3-1")]
    public void A_Data_indication_has_the_peer_and_the_data_even_if_that_is_empty()
    {
        foreach (byte[] data in (byte[][])[[1, 2, 3], []])
        {
            Sent sent = _relay.FromPeer(_client.Relay, TransportAddress.Parse(Peer), data);
            Assert.Equal((StunClass.Indication, StunMethod.Data), (sent.Message.Class, sent.Message.Method));
            Assert.Equal(TransportAddress.Parse(Peer), sent.Peer);
            Assert.True(sent.Message.TryGet(StunAttributeType.Data, out ReadOnlySpan<byte> value));
            Assert.Equal(data, value.ToArray());
        }
    }

    private Sent Send(Build build) => _client.Send(TestClient.Write(StunClass.Indication, StunMethod.Send, TestClient.NewId(), build));
}
