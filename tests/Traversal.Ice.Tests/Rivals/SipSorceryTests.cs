using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests.Rivals;

/// <summary>What SIPSorcery's agent does wrong.</summary>
public sealed class SipSorceryTests
{
    [Fact]
    public void PRIORITY_is_written_in_the_order_of_the_network()
    {
        byte[] check = new Bench().FirstCheck();
        Assert.True(IceScene.Parse(check).TryGet(StunAttributeType.Priority, out ReadOnlySpan<byte> priority));

        Assert.Equal([110, 0xFF, 0xFF, 0xFF], priority.ToArray());
    }

    [Fact]
    public void A_peer_that_writes_it_in_the_other_order_has_a_priority_all_the_same()
    {
        var bench = new Bench(isSignalled: false);
        bench.Ask(CheckBuilder.For(bench.Agent) with { Priority = 0xFF2A_007E });

        Assert.Equal((uint)int.MaxValue, bench.Agent.GetPairs().Single().Remote.Priority);
    }

    [Fact]
    public void The_candidate_that_a_check_shows_has_the_priority_that_the_check_says()
    {
        var bench = new Bench(isSignalled: false);
        bench.Ask(CheckBuilder.For(bench.Agent) with { Priority = 1_234_567 });

        IceCandidate shown = bench.Agent.GetPairs().Single().Remote;
        Assert.Equal((IceCandidateKind.PeerReflexive, 1_234_567u), (shown.Kind, shown.Priority));
    }

    [Fact]
    public void What_the_peer_saw_is_a_candidate_of_this_side()
    {
        TransportAddress seen = TransportAddress.Parse("203.0.113.7:1007");
        var bench = new Bench();
        bench.Arrive(CheckBuilder.Answer(bench.FirstCheck(), Bench.Peer.Password, in seen));

        IceCandidate mapped = bench.Agent.GetPairs().Single().Mapped!;
        Assert.Equal((IceCandidateKind.PeerReflexive, seen, Bench.Local), (mapped.Kind, mapped.Address, mapped.RelatedAddress));
    }

    [Fact]
    public void A_candidate_on_TCP_is_sent_nothing()
    {
        var bench = new Bench();
        Assert.True(IceCandidate.TryParse("candidate:2 1 TCP 2105458943 203.0.113.9 9 typ host tcptype active", out IceCandidate? candidate));
        bench.Do(agent => Assert.Equal(IceCandidateVerdict.Unsupported, agent.AddRemoteCandidate(candidate!, bench.Now)));
        bench.Advance(60_000);

        Assert.DoesNotContain(bench.Transmits, transmit => transmit.Remote.Port == 9);
    }

    [Fact]
    public void The_fortieth_candidate_is_checked_too()
    {
        TransportAddress last = TransportAddress.Parse("203.0.113.40:40");
        var bench = new Bench(isSignalled: false);
        bench.Do(agent =>
        {
            agent.SetRemoteParameters(Bench.Peer, bench.Now);
            for (uint i = 0; i < 39; i++) agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.FromIPv4(0xC612_0000 + i, 7), 100_000 - i, $"f{i}"), bench.Now);
            agent.AddRemoteCandidate(Bench.Candidate(last, 1, "last"), bench.Now);
        });
        bench.Advance(3_000, check => bench.Transmits[bench.Sent.IndexOf(check)].Remote == last);

        Assert.Equal(last, bench.Agent.Route!.Value.Remote);
    }

    [Fact]
    public void A_peer_whose_candidate_takes_half_a_minute_is_not_too_late()
    {
        var bench = new Bench(isSignalled: false);
        bench.Do(agent => agent.SetRemoteParameters(Bench.Peer, bench.Now));
        bench.Advance(30_000);
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote), bench.Now));
        bench.Answer(bench.Checks.Last());

        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
    }

    [Fact]
    public void Every_interface_is_paired()
    {
        var bench = new Bench();
        bench.Do(agent => agent.AddLocalCandidate(IceLocalCandidate.Host(TransportAddress.Parse("203.0.113.200:5000")), bench.Now));

        Assert.Equal(2, bench.Agent.GetPairs().Count);
        Assert.Equal(2, bench.Transmits.Select(transmit => transmit.Local).Distinct().Count());
    }

    [Fact]
    public void What_was_received_is_as_it_was()
    {
        var bench = new Bench();
        byte[] check = CheckBuilder.For(bench.Agent).Build(), answer = CheckBuilder.Answer(bench.FirstCheck(), Bench.Peer.Password, in Bench.Local);
        foreach (byte[] packet in new[] { check, answer })
        {
            byte[] before = [.. packet];
            Assert.Equal(IceArrival.Handled, bench.Arrive(packet));
            Assert.Equal(before, packet);
        }
    }

    [Fact]
    public void After_a_restart_the_controlling_agent_nominates_again()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Answer(bench.Checks.Last());
        string before = bench.Agent.LocalParameters.Ufrag;
        bench.Do(agent =>
        {
            agent.Restart(bench.Now);
            agent.SetRemoteParameters(Bench.Peer with { Ufrag = "other" }, bench.Now);
            agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote), bench.Now);
        });
        bench.Answer(bench.Checks.Last());

        Assert.NotEqual(before, bench.Agent.LocalParameters.Ufrag, StringComparer.Ordinal);
        Assert.True(IceScene.Parse(bench.Checks.Last()).Has(StunAttributeType.UseCandidate));
    }
}
