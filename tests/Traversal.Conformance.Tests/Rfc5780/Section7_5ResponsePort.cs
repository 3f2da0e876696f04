using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc5780;

/// <summary>RFC 5780 section 7.5: RESPONSE-PORT.</summary>
public sealed class Section7_5ResponsePort
{
    private readonly DiscoveryRelay _discovery = new();

    [Theory]
    [InlineData(5000, ChangeRequest.None, "198.0.2.1:3478")]
    [InlineData(1024, ChangeRequest.Address | ChangeRequest.Port, "198.0.2.2:3479")]
    [Trait("Requirement", "RFC5780-7.5-1")]
    public void The_answer_goes_to_the_source_address_and_that_port(ushort port, ChangeRequest change, string source)
    {
        Sent sent = _discovery.Ask(DiscoveryRelay.A1P1, (ref writer) =>
        {
            writer.AddResponsePort(port);
            writer.AddChangeRequest(change);
        });

        Assert.True(sent.IsSuccess);
        Assert.Equal(_discovery.Client.Address.WithPort(port), sent.Destination);
        Assert.Equal(source, DiscoveryRelay.AddressOf(sent.Via).ToString());
        Assert.True(sent.Message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
        Assert.Equal(_discovery.Client.Address, mapped);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(53)]
    [InlineData(1023)]
    public void A_privileged_port_is_400_and_nothing_goes_there(ushort port)
    {
        Sent sent = _discovery.Ask(DiscoveryRelay.A1P1, (ref writer) => writer.AddResponsePort(port));

        Assert.Equal(400, sent.Code);
        Assert.Equal(_discovery.Client.Address, sent.Destination);
    }

    [Fact]
    public void A_client_on_a_privileged_port_may_name_its_own()
    {
        _discovery.Client.Address = _discovery.Client.Address.WithPort(123);

        Assert.True(_discovery.Ask(DiscoveryRelay.A1P1, (ref writer) => writer.AddResponsePort(123)).IsSuccess);
    }

    [Fact]
    public void Where_discovery_is_off_it_is_420()
    {
        var client = new TestClient(new TestRelay());

        Assert.Equal(420, client.Bare(StunMethod.Binding, (ref writer) => writer.AddResponsePort(5000)).Code);
        Assert.Equal(420, client.Bare(StunMethod.Binding, (ref writer) => writer.AddPadding(1500)).Code);
    }
}
