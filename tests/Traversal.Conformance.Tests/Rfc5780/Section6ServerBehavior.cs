using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Conformance.Tests.Rfc5780;

/// <summary>RFC 5780 section 6: server behavior.</summary>
public sealed class Section6ServerBehavior
{
    [Fact]
    [Trait("Requirement", "RFC5780-6-4")]
    [Trait("Requirement", "RFC5780-7.4-1")]
    [Trait("Requirement", "RFC5780-6.1-2")]
    public void Without_a_second_address_there_is_no_OTHER_ADDRESS_and_CHANGE_REQUEST_is_420()
    {
        var client = new TestClient(new TestRelay());

        Assert.False(client.Bare(StunMethod.Binding).Message.Has(StunAttributeType.OtherAddress));
        Sent refused = client.Bare(StunMethod.Binding, (ref writer) => writer.AddChangeRequest(ChangeRequest.Port));
        Assert.Equal(420, refused.Code);
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[4];
        Assert.Equal(1, refused.Message.GetUnknownAttributes(unknown));
        Assert.Equal(StunAttributeType.ChangeRequest, unknown[0]);
    }

    [Fact]
    [Trait("Requirement", "RFC5780-5-2")]
    [Trait("Requirement", "RFC5780-6-1")]
    [Trait("Requirement", "RFC5780-6-2")]
    public void The_server_answers_on_two_ports_of_two_addresses()
    {
        var discovery = new DiscoveryRelay();
        foreach (TransportAddress address in (TransportAddress[])[DiscoveryRelay.A1P1, DiscoveryRelay.A1P2, DiscoveryRelay.A2P1, DiscoveryRelay.A2P2])
            Assert.True(discovery.Ask(address).IsSuccess);
    }

    [Theory]
    [InlineData(1, 11, 13, 12)]
    [InlineData(1, 1, 12, 13)]
    [InlineData(1, 11, 2, 13)]
    [InlineData(1, 11, 12, 99)]
    public void Sockets_that_are_not_two_addresses_by_two_ports_are_refused(int first, int otherPort, int otherAddress, int otherBoth)
    {
        RelayMachine machine = new DiscoveryRelay().Relay.Machine;

        Assert.Throws<ArgumentException>(() => machine.AddDiscovery(new(first), new(otherPort), new(otherAddress), new(otherBoth)));
    }

    [Fact]
    public void Behind_a_one_to_one_NAT_the_external_addresses_are_named()
    {
        var discovery = new DiscoveryRelay(options =>
        {
            options.RelayAddresses.Add(new RelayHostAddress(DiscoveryRelay.A1P1.WithPort(0), TransportAddress.Parse("9.8.7.1:0")));
            options.RelayAddresses.Add(new RelayHostAddress(DiscoveryRelay.A2P1.WithPort(0), TransportAddress.Parse("9.8.7.2:0")));
        });

        Sent sent = discovery.Ask(DiscoveryRelay.A1P1);

        Assert.Equal(TransportAddress.Parse("9.8.7.1:3478"), DiscoveryRelay.Read(sent, StunAttributeType.ResponseOrigin));
        Assert.Equal(TransportAddress.Parse("9.8.7.2:3479"), DiscoveryRelay.Read(sent, StunAttributeType.OtherAddress));
    }
}
