using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

public sealed class BindingTests
{
    private readonly TestRelay _relay = new();

    [Theory]
    [InlineData("198.1.0.7:40000", 32)]
    [InlineData("[2a00:5::7]:40000", 44)]
    public void A_client_learns_its_address_and_nothing_else(string address, int length)
    {
        var client = new TestClient(_relay, address);
        Sent sent = client.Bare(StunMethod.Binding);
        Assert.True(sent.Message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
        Assert.Equal(client.Address, mapped);
        Assert.Equal(length, sent.Bytes.Length);
        Assert.Equal((client.Via, client.Address), (sent.Via, sent.Destination));
    }

    [Fact]
    public void A_classic_client_gets_its_address_in_the_clear()
    {
        byte[] request = [0, 1, 0, 0, .. Enumerable.Range(1, 16).Select(i => (byte)i)];
        Sent sent = new TestClient(_relay).Send(request);
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParseClassic(sent.Bytes, out StunMessage message));
        Assert.Equal(StunClass.SuccessResponse, message.Class);
        Assert.Equal(request[4..20], sent.Bytes[4..20]);
        Assert.True(message.TryGetAddress(StunAttributeType.MappedAddress, out TransportAddress mapped));
        Assert.Equal(TransportAddress.Parse("198.1.0.7:40000"), mapped);
        Assert.False(message.Has(StunAttributeType.XorMappedAddress));
    }

    [Fact]
    public void A_classic_message_that_is_no_Binding_is_dropped()
    {
        byte[] request = [0, 3, 0, 0, .. new byte[16]];
        Assert.True(new TestClient(_relay).Send(request).IsNothing);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.DroppedMalformed]);
    }

    [Fact]
    public void Unknown_attributes_are_420_also_without_credentials()
    {
        Sent sent = new TestClient(_relay).Bare(StunMethod.Binding, (ref writer) => writer.AddUInt32(StunAttributeType.ChangeRequest, 6));
        Assert.Equal(420, sent.Code);
        Assert.False(sent.Message.HasIntegrity);
    }

    [Fact]
    public void Indications_responses_and_unknown_methods_get_no_answer()
    {
        var client = new TestClient(_relay);
        Assert.True(client.Send(TestClient.Write(StunClass.Indication, StunMethod.Binding, TestClient.NewId(), (ref _) => { })).IsNothing);
        Assert.Equal(0, _relay.Machine.Counters.Dropped);
        Assert.True(client.Send(TestClient.Write(StunClass.SuccessResponse, StunMethod.Binding, TestClient.NewId(), (ref _) => { })).IsNothing);
        Assert.True(client.Send(TestClient.Write(StunClass.ErrorResponse, StunMethod.Allocate, TestClient.NewId(), (ref _) => { })).IsNothing);
        Assert.True(client.Send(TestClient.Write(StunClass.Indication, StunMethod.Allocate, TestClient.NewId(), (ref _) => { })).IsNothing);
        Assert.True(client.Bare((StunMethod)0xF0).IsNothing);
        Assert.True(client.Bare(StunMethod.Send).IsNothing);
        Assert.Equal(5, _relay.Machine.Counters[RelayCounter.DroppedUnexpected]);
    }

    [Fact]
    public void A_wrong_fingerprint_is_dropped()
    {
        var client = new TestClient(_relay) { Fingerprint = true };
        byte[] request = client.Message(StunMethod.Binding, null, TestClient.NewId(), authenticate: false);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(^4), 0);
        Assert.True(client.Send(request).IsNothing);
        Assert.Equal(1, _relay.Machine.Counters[RelayCounter.DroppedMalformed]);
    }
}
