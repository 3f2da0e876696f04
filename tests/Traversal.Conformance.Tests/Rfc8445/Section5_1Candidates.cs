using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 section 5.1: priorities and what is redundant.</summary>
public sealed class Section5_1Candidates
{
    private static readonly TransportAddress Base = TransportAddress.Parse("192.0.2.1:5000"), Server = TransportAddress.Parse("203.0.113.1:3478");

    private readonly IceAgent _agent = new(new IceAgentOptions(), new CheckPacer(), RandomSource.Seeded(1));

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.2-1")]
    [Trait("Requirement", "RFC8445-5.1.2.1-5")]
    public void Every_candidate_has_a_priority_of_its_own()
    {
        for (ushort i = 1; i <= 10; i++)
        {
            Add(IceLocalCandidate.Host(Base.WithPort(i)));
            Add(IceLocalCandidate.ServerReflexive(Server.WithPort(i), Base.WithPort(i), in Server));
            Add(IceLocalCandidate.Relayed(Server.WithPort((ushort)(100 + i)), default, in Server));
        }

        Assert.All(_agent.LocalCandidates, candidate => Assert.InRange(candidate.Priority, 1u, (uint)int.MaxValue));
        Assert.Distinct(_agent.LocalCandidates.Select(candidate => candidate.Priority));
    }

    [Theory]
    [Trait("Requirement", "RFC8445-5.1.2-2")]
    [Trait("Requirement", "RFC8445-5.1.2.1-1")]
    [Trait("Requirement", "RFC8445-5.1.2.1-3")]
    [Trait("Requirement", "RFC8445-5.1.2.1-4")]
    [Trait("Requirement", "RFC8445-5.1.2.2-1")]
    [InlineData(IceCandidateKind.Host, 126)]
    [InlineData(IceCandidateKind.ServerReflexive, 100)]
    [InlineData(IceCandidateKind.Relayed, 0)]
    public void The_priority_is_that_of_the_formula_and_a_single_address_has_the_highest_local_preference(IceCandidateKind kind, uint preference)
    {
        IceCandidate candidate = Add(new IceLocalCandidate(kind, Server.WithPort(9), kind == IceCandidateKind.ServerReflexive ? Base : Server.WithPort(9)));

        Assert.Equal((preference << 24) + (65535u << 8) + 255, candidate.Priority);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.2.1-2")]
    public void Peer_reflexive_ranks_above_server_reflexive()
    {
        var bench = new Ice.Tests.Bench();
        Assert.True(Ice.Tests.IceScene.Parse(bench.FirstCheck()).TryGetUInt32(Stun.StunAttributeType.Priority, out uint peerReflexive));

        Assert.Equal(110u, peerReflexive >> 24);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.2.1-6")]
    [Trait("Requirement", "RFC8445-5.1.2.2-2")]
    [Trait("Requirement", "RFC8445-B.9-1")]
    [Trait("Requirement", "RFC8421-5-1")]
    public void The_versions_of_IP_take_turns_and_no_two_have_one_local_preference()
    {
        uint[] preferences =
        [
            .. "[2001:db8::1]:1 [2001:db8::2]:1 [2001:db8::3]:1 192.0.2.1:1 192.0.2.2:1 192.0.2.3:1".Split(' ')
                .Select(text => Add(IceLocalCandidate.Host(TransportAddress.Parse(text))).Priority >> 8 & 0xFFFF),
        ];

        Assert.Equal([65535u, 65533u, 65531u, 65534u, 65532u, 65530u], preferences);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.2.2-3")]
    public void Candidates_of_two_TURN_servers_have_different_preferences() => Assert.NotEqual(
        Add(IceLocalCandidate.Relayed(Server.WithPort(1), default, in Server)).Priority,
        Add(IceLocalCandidate.Relayed(Base.WithPort(2), default, in Base)).Priority);

    [Theory]
    [Trait("Requirement", "RFC8445-5.1.2.1-7")]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void A_component_is_1_to_256(int component, bool isRead)
    {
        Assert.Equal(isRead, IceCandidate.TryParse($"candidate:1 {component} udp 1 192.0.2.1 1 typ host", out _));
        Assert.Equal(1, Add(IceLocalCandidate.Host(in Base)).Component);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-5.1.3-1")]
    [Trait("Requirement", "RFC8445-5.1.1.2-9")]
    public void What_has_the_address_and_the_base_of_another_is_left_out()
    {
        Add(IceLocalCandidate.Host(in Base));

        Assert.Null(_agent.AddLocalCandidate(IceLocalCandidate.ServerReflexive(in Base, in Base), MonotonicTime.Zero));
        Assert.Null(_agent.AddLocalCandidate(IceLocalCandidate.Relayed(in Base, default), MonotonicTime.Zero));
    }

    [Theory]
    [Trait("Requirement", "RFC8445-5.1.1.1-5")]
    [Trait("Requirement", "RFC8445-5.1.1.1-6")]
    [InlineData("[::192.0.2.1]:5000")]
    [InlineData("[fec0::1]:5000")]
    [InlineData("[feff:ffff::1]:5000")]
    [InlineData("[::ffff:192.0.2.1]:5000")]
    public void Addresses_that_are_out_of_use_make_no_candidates(string address)
    {
        TransportAddress left = TransportAddress.Parse(address);

        Assert.Null(_agent.AddLocalCandidate(IceLocalCandidate.Host(in left), MonotonicTime.Zero));
        Assert.Null(_agent.AddLocalCandidate(IceLocalCandidate.ServerReflexive(in left, TransportAddress.Parse("[2001:db8::1]:5000")), MonotonicTime.Zero));
        Assert.Empty(_agent.LocalCandidates);
    }

    private IceCandidate Add(IceLocalCandidate candidate) => _agent.AddLocalCandidate(in candidate, MonotonicTime.Zero)!;
}
