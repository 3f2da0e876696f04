using Traversal.Turn;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 21.4: tunnel amplification.</summary>
public sealed class Section21_4Tunnels
{
    private const string SixToFour = "[2002:0808:0808::1]:4000", Teredo = "[2001:0:4136:e378:8000:63bf:3fff:fdd2]:4000";

    [Theory]
    [InlineData(SixToFour)]
    [InlineData(Teredo)]
    [Trait("Requirement", "RFC8656-21.4-1")]
    [Trait("Requirement", "RFC8656-21.4-2")]
    public void A_tunnelled_address_is_neither_client_nor_peer(string address)
    {
        var relay = new TestRelay();
        var client = new TestClient(relay, "[2a00:5::7]:40000");
        Assert.Equal(403, new TestClient(relay, address).Allocate().Code);
        Assert.True(client.Allocate((ref writer) => writer.AddRequestedAddressFamily(Primitives.IPFamily.IPv6)).IsSuccess);

        Assert.Equal(403, client.ChannelBind(0x4000, address).Code);
        Assert.Equal(403, client.CreatePermission(address).Code);
        Assert.True(client.SendIndication(address, [1]).IsNothing);
    }
}
