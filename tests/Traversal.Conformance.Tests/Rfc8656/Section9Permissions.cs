using Traversal.Primitives;

namespace Traversal.Conformance.Tests.Rfc8656;

/// <summary>RFC 8656 section 9: permissions.</summary>
public sealed class Section9Permissions
{
    private const string Peer = "9.9.9.9:1000";

    private readonly TestRelay _relay = new();
    private readonly TestClient _client;

    public Section9Permissions()
    {
        _client = new TestClient(_relay);
        _client.Allocate();
    }

    [Fact]
    [Trait("Requirement", "RFC8656-9-1")]
    public void A_permission_lasts_exactly_300_seconds()
    {
        Assert.True(_client.CreatePermission(Peer).IsSuccess);
        _relay.Advance(299.999);
        Assert.False(FromPeer().IsNothing);
        _relay.Advance(0.001);
        Assert.True(FromPeer().IsNothing);
    }

    private Sent FromPeer() => _relay.FromPeer(_client.Relay, TransportAddress.Parse(Peer), [1]);
}
