namespace Traversal.Fuzz;

/// <summary>Stories of allocations to begin with.</summary>
internal static class TurnClientSeeds
{
    private const int Signed = 1, Whole = 4, Ticket = 8;

    /// <summary>All of them.</summary>
    public static IEnumerable<Seed> All() =>
    [
        new("allocate", Allocate(0).Bytes),
        new("allocate-sha256", new ClientStory(0).Tell(ClientEventKind.Challenge, 0, 2 | 4 | 8).Tell(ClientEventKind.Success, 0, Signed | Whole).Bytes),
        new("permit", Allocate(0).Tell(ClientEventKind.Peer, 0, 0).Tell(ClientEventKind.Success, 0, Signed).Tell(ClientEventKind.Data, 0, 0, 1, 2, 3)
            .Tell(ClientEventKind.Peer, 0, 4, 4, 5).Tell(ClientEventKind.Success, 0, Signed).Tell(ClientEventKind.Peer, 0, 4, 6).Bytes),
        new("channel", Allocate(0).Tell(ClientEventKind.Peer, 2, 1).Tell(ClientEventKind.Success, 0, Signed).Tell(ClientEventKind.Peer, 2, 4, 1, 2, 3)
            .Tell(ClientEventKind.Time, 9, 4).Bytes),
        new("refused-peer", Allocate(0).Tell(ClientEventKind.Peer, 0, 0).Tell(ClientEventKind.Error, 0, Signed, 1, 3).Tell(ClientEventKind.Peer, 0, 4, 1).Bytes),
        new("stale", Allocate(0).Tell(ClientEventKind.Peer, 0, 0).Tell(ClientEventKind.Challenge, 1, 1).Tell(ClientEventKind.Success, 0, Signed).Bytes),
        new("realms", new ClientStory(0).Tell(ClientEventKind.Challenge, 0, 0).Tell(ClientEventKind.Challenge, 1, 16).Tell(ClientEventKind.Challenge, 2, 32)
            .Tell(ClientEventKind.Challenge, 3, 48).Tell(ClientEventKind.Challenge, 4, 0).Tell(ClientEventKind.Challenge, 5, 16).Tell(ClientEventKind.Challenge, 6, 32).Bytes),
        new("refresh", Allocate(0).Tell(ClientEventKind.Time, 8, 4).Tell(ClientEventKind.Success, 0, Signed | Whole).Tell(ClientEventKind.Time, 9, 4).Bytes),
        new("dead-server", Allocate(0).Tell(ClientEventKind.Peer, 0, 0).Tell(ClientEventKind.Time, 0, 4).Bytes),
        new("forged", new ClientStory(0).Tell(ClientEventKind.Challenge, 0, 0).Tell(ClientEventKind.Success, 0, Whole).Tell(ClientEventKind.Success, 0, Whole | 3)
            .Tell(ClientEventKind.Error, 0, 0, 1, 3).Tell(ClientEventKind.Error, 0, 0, 0, 0).Tell(ClientEventKind.Success, 0, Signed | Whole).Bytes),
        new("mobile", Allocate(ClientConfiguration.IsMobile, Ticket).Tell(ClientEventKind.Peer, 0, 0).Tell(ClientEventKind.Allocation, 0, 1)
            .Tell(ClientEventKind.Success, 0, Signed | Whole | Ticket).Tell(ClientEventKind.Time, 1, 2).Tell(ClientEventKind.Peer, 0, 4, 1).Bytes),
        new("moved-by-a-nat", Allocate(ClientConfiguration.IsMobile, Ticket).Tell(ClientEventKind.Peer, 0, 0).Tell(ClientEventKind.Error, 0, Signed, 1, 37)
            .Tell(ClientEventKind.Error, 0, Signed, 1, 0).Bytes),
        new("connections", Allocate(ClientConfiguration.IsStream | ClientConfiguration.RelaysConnections).Tell(ClientEventKind.Peer, 0, 0)
            .Tell(ClientEventKind.Success, 0, Signed).Tell(ClientEventKind.Data, 0, 2).Tell(ClientEventKind.Peer, 0, 3)
            .Tell(ClientEventKind.Success, 0, Signed, 0, 0x2A, 0, 4, 0, 0, 0, 7).Tell(ClientEventKind.Peer, 2, 3).Tell(ClientEventKind.Error, 0, Signed, 1, 47).Bytes),
        new("credentials", new ClientStory(ClientConfiguration.Renews).Tell(ClientEventKind.Challenge, 0, 0).Tell(ClientEventKind.Challenge, 0, 0)
            .Tell(ClientEventKind.Allocation, 0, 2).Tell(ClientEventKind.Success, 0, Signed | Whole).Tell(ClientEventKind.Time, 8, 4)
            .Tell(ClientEventKind.Error, 0, Signed, 1, 41).Bytes),
        new("token", new ClientStory(ClientConfiguration.Renews | ClientConfiguration.IsMobile)
            .Tell(ClientEventKind.Challenge, 0, 0, 0x80, 0x2E, 0, 1, (byte)'x').Tell(ClientEventKind.Allocation, 0, 3).Tell(ClientEventKind.Success, 0, Signed | Whole).Bytes),
        new("redirected", new ClientStory(ClientConfiguration.FollowsRedirections).Tell(ClientEventKind.Challenge, 0, 0)
            .Tell(ClientEventKind.Error, 0, Signed, 0, 0, 0x80, 0x23, 0, 8, 0, 1, 0x0D, 0x96, 198, 0, 2, 9).Bytes),
        new("both-families", Allocate(ClientConfiguration.HasBothFamilies).Tell(ClientEventKind.Peer, 3, 4, 1).Tell(ClientEventKind.Success, 0, Signed)
            .Tell(ClientEventKind.Peer, 3, 4, 1, 2).Bytes),
        new("unknown-attribute", new ClientStory(ClientConfiguration.RelaysConnections).Tell(ClientEventKind.Challenge, 0, 0)
            .Tell(ClientEventKind.Error, 0, Signed, 1, 20, 0, 0x0A, 0, 2, 0, 0x1A).Tell(ClientEventKind.Success, 0, Signed | Whole).Bytes),
        new("small-tables", Allocate(ClientConfiguration.IsSmall).Tell(ClientEventKind.Peer, 0, 4, 1).Tell(ClientEventKind.Peer, 2, 4, 1).Tell(ClientEventKind.Peer, 6, 4, 1)
            .Tell(ClientEventKind.Success, 0, Signed).Tell(ClientEventKind.Peer, 0, 2).Tell(ClientEventKind.Peer, 6, 0).Bytes),
        new("server-error", Allocate(0).Tell(ClientEventKind.Peer, 0, 0).Tell(ClientEventKind.Error, 0, Signed, 2, 0).Tell(ClientEventKind.Time, 4, 2)
            .Tell(ClientEventKind.Success, 0, Signed).Bytes),
        new("given-up", Allocate(0).Tell(ClientEventKind.Allocation, 0, 0).Tell(ClientEventKind.Success, 0, Signed).Bytes),
        new("bytes", new ClientStory(0).Tell(ClientEventKind.Bytes, 0, 0, StunSeeds.All().First().Bytes).Tell(ClientEventKind.Bytes, 0, 0, 0x40, 0, 0, 0).Bytes),
    ];

    private static ClientStory Allocate(byte configuration, int more = 0) =>
        new ClientStory(configuration).Tell(ClientEventKind.Challenge, 0, 0).Tell(ClientEventKind.Success, 0, Signed | Whole | more);
}
