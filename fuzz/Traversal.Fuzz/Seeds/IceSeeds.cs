using System.Text;

namespace Traversal.Fuzz;

/// <summary>Stories of agents, and candidate lines, to begin with.</summary>
internal static class IceSeeds
{
    private const byte Controls = 1, IsLite = 2, PeerIsLite = 4, Renominate = 8 | 16, IsSmall = 32;

    /// <summary>Stories of agents.</summary>
    public static IEnumerable<Seed> Agents() =>
    [
        new("connect", Answered(Begin(Controls)).Bytes),
        new("connect-controlled", Begin(0).Tell(IceStoryKind.Check, 0, 1).Tell(IceStoryKind.Answer, 0, 1).Tell(IceStoryKind.Check, 0, 3).Tell(IceStoryKind.Data, 0, 0, 1).Bytes),
        new("early-check", new IceStory(0).Tell(IceStoryKind.Check, 0, 3).Tell(IceStoryKind.Parameters, 0, 0).Tell(IceStoryKind.Answer, 0, 1).Bytes),
        new("renominate", Answered(Begin(Controls | Renominate)).Tell(IceStoryKind.Candidate, 9, 1).Tell(IceStoryKind.Answer, 0, 1).Tell(IceStoryKind.Answer, 0, 1).Bytes),
        new("renominated", Begin(Renominate).Tell(IceStoryKind.Check, 0, 7).Tell(IceStoryKind.Answer, 0, 1).Tell(IceStoryKind.Check, 9, 7).Tell(IceStoryKind.Answer, 0, 1).Bytes),
        new("role-conflict", Begin(Controls).Tell(IceStoryKind.Check, 0, 1 | 8 | 16).Tell(IceStoryKind.Check, 1, 1 | 8).Tell(IceStoryKind.Answer, 0, 5, 1, 87).Bytes),
        new("lite", Begin(IsLite).Tell(IceStoryKind.Check, 0, 1).Tell(IceStoryKind.Check, 0, 3).Tell(IceStoryKind.Time, 40, 2).Bytes),
        new("lite-and-lite", Begin(IsLite | PeerIsLite).Tell(IceStoryKind.Time, 40, 2).Bytes),
        new("consent", Answered(Begin(Controls)).Tell(IceStoryKind.Time, 6, 2).Tell(IceStoryKind.Answer, 0, 1).Tell(IceStoryKind.Time, 31, 2).Bytes),
        new("revoked", Answered(Begin(Controls)).Tell(IceStoryKind.Time, 6, 2).Tell(IceStoryKind.Answer, 0, 5, 1, 3).Bytes),
        new("restart", Answered(Begin(Controls)).Tell(IceStoryKind.Parameters, 0, 3).Tell(IceStoryKind.Candidate, 3, 0).Tell(IceStoryKind.Answer, 0, 1).Tell(IceStoryKind.Time, 9, 2).Bytes),
        new("peer-restart", Answered(Begin(0)).Tell(IceStoryKind.Parameters, 0, 1).Tell(IceStoryKind.Candidate, 3, 0).Tell(IceStoryKind.Answer, 0, 1).Bytes),
        new("forged", Begin(Controls).Tell(IceStoryKind.Answer, 0, 0).Tell(IceStoryKind.Answer, 0, 3).Tell(IceStoryKind.Check, 5, 2).Tell(IceStoryKind.Answer, 0, 0, 1, 87).Bytes),
        new("failed", Begin(0).Tell(IceStoryKind.Local, 0, 12).Tell(IceStoryKind.Time, 2, 3).Bytes),
        new("roaming", Answered(Begin(Controls)).Tell(IceStoryKind.Local, 0, 2).Tell(IceStoryKind.Local, 1, 1).Tell(IceStoryKind.Answer, 0, 1).Bytes),
        new("small-table", Begin(IsSmall).Tell(IceStoryKind.Candidate, 1, 1).Tell(IceStoryKind.Candidate, 2, 2).Tell(IceStoryKind.Candidate, 3, 3).Tell(IceStoryKind.Check, 4, 1)
            .Tell(IceStoryKind.Check, 5, 1).Tell(IceStoryKind.Time, 9, 2).Tell(IceStoryKind.Check, 6, 1).Bytes),
        new("frozen", Begin(0).Tell(IceStoryKind.Candidate, 1, 0).Tell(IceStoryKind.Candidate, 2, 0).Tell(IceStoryKind.Answer, 0, 1).Bytes),
        new("peer-reflexive", Begin(Controls).Tell(IceStoryKind.Answer, 0, 9).Tell(IceStoryKind.Local, 0, 17).Bytes),
        new("unknown-attribute", Begin(0).Tell(IceStoryKind.Check, 0, 1, 0, 0x33, 1, 2).Tell(IceStoryKind.Answer, 0, 1, 0, 0x33).Bytes),
        new("line", Begin(0).Tell(IceStoryKind.Candidate, 0, 0, "candidate:1 1 udp 1 198.51.100.9 9 typ host ufrag peer0"u8).Bytes),
        new("bytes", Begin(0).Tell(IceStoryKind.Bytes, 0, 0, StunSeeds.All().First().Bytes).Bytes),
    ];

    /// <summary>Candidate lines.</summary>
    public static IEnumerable<Seed> Candidates() =>
    [
        Line("host", "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host"),
        Line("reflexive", "a=candidate:842163049 1 UDP 1677729535 198.51.100.7 60769 typ srflx raddr 0.0.0.0 rport 0 generation 0 ufrag 4ZcD network-cost 999"),
        Line("relayed", "candidate:3 2 udp 255 2001:db8::17 50000 typ relay raddr 2001:db8::1 rport 6000"),
        Line("tcp", "candidate:H1 1 TCP 2105524479 192.0.2.1 9 typ host tcptype active"),
        Line("name", "candidate:1 1 udp 2113937151 5a6b7c8d-0000-4000-8000-123456789abc.local 60769 typ host generation 0"),
        Line("no-prefix", "1 1 udp 1 192.0.2.1 1 typ prflx raddr host.example rport 1"),
    ];

    private static IceStory Begin(int configuration) =>
        new IceStory((byte)configuration).Tell(IceStoryKind.Parameters, 0, 0).Tell(IceStoryKind.Candidate, 0, 0);

    private static IceStory Answered(IceStory story) => story.Tell(IceStoryKind.Answer, 0, 1).Tell(IceStoryKind.Answer, 0, 1);

    private static Seed Line(string name, string text) => new(name, Encoding.ASCII.GetBytes(text));
}
