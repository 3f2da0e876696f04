using Traversal.Ice;
using Traversal.Ice.Tests;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 sections 7.1 and 7.2: what a check looks like, and what is made of its answer.</summary>
public sealed class Section7_2ClientProcedures
{
    private static readonly TransportAddress Elsewhere = TransportAddress.Parse("203.0.113.9:9");

    [Theory]
    [Trait("Requirement", "RFC8445-7.1.1-1")]
    [Trait("Requirement", "RFC8445-7.1.3-1")]
    [Trait("Requirement", "RFC8445-7.1.3-2")]
    [Trait("Requirement", "RFC8445-7.2.2-1")]
    [Trait("Requirement", "RFC8445-7.2.4-1")]
    [Trait("Requirement", "RFC8445-7.2.4-2")]
    [InlineData(IceRole.Controlling, StunAttributeType.IceControlling, StunAttributeType.IceControlled)]
    [InlineData(IceRole.Controlled, StunAttributeType.IceControlled, StunAttributeType.IceControlling)]
    public void A_check_has_priority_role_short_term_credential_and_fingerprint(IceRole role, StunAttributeType own, StunAttributeType other)
    {
        var bench = new Bench(role);
        StunMessage check = IceScene.Parse(bench.FirstCheck());

        Assert.True(check.TryGetUInt32(StunAttributeType.Priority, out uint priority));
        Assert.Equal((110u << 24) + (bench.Agent.LocalCandidates[0].Priority & 0xFF_FFFF), priority);
        Assert.True(check.Has(own) && !check.Has(other));
        Assert.True(check.TryGet(StunAttributeType.Username, out ReadOnlySpan<byte> username));
        Assert.Equal($"{Bench.Peer.Ufrag}:{bench.Agent.LocalParameters.Ufrag}", System.Text.Encoding.ASCII.GetString(username));
        Assert.True(check.VerifyIntegrity(IntegrityKey.ShortTerm(Bench.Peer.Password)));
        Assert.True(check.IsFingerprintValid());
        Assert.False(check.IsClassic);
        Assert.False(check.Has(StunAttributeType.UseCandidate));
    }

    [Theory]
    [Trait("Requirement", "RFC8445-7.1.2-1")]
    [Trait("Requirement", "RFC8445-7.1.2-2")]
    [Trait("Requirement", "RFC8445-8.1.1-2")]
    [InlineData(IceRole.Controlling, 1)]
    [InlineData(IceRole.Controlled, 0)]
    public void The_controlling_agent_nominates_one_pair_and_the_controlled_none(IceRole role, int nominated)
    {
        Bench bench = new Bench(role).Connect();
        bench.Answer(bench.Checks.Last());
        bench.Advance(60_000, _ => true);

        Assert.Equal(nominated, bench.Checks.Count(check => IceScene.Parse(check).Has(StunAttributeType.UseCandidate)));
    }

    [Theory]
    [Trait("Requirement", "RFC8445-7.2.5.1-1")]
    [Trait("Requirement", "RFC8445-7.2.5.1-2")]
    [Trait("Requirement", "RFC8445-7.2.5.1-3")]
    [Trait("Requirement", "RFC8445-7.2.5.1-4")]
    [Trait("Requirement", "RFC8445-16.1-1")]
    [Trait("Requirement", "RFC8445-16.1-2")]
    [InlineData(IceRole.Controlling)]
    [InlineData(IceRole.Controlled)]
    public void A_487_switches_role_and_tie_breaker_and_the_pair_is_checked_again_at_once(IceRole role)
    {
        var bench = new Bench(role);
        bench.Advance(60);
        Assert.Single(bench.Checks.Select(TieBreakerOf).Distinct());
        int before = bench.Sent.Count;
        bench.Answer(bench.Sent[^1], StunErrorCode.RoleConflict);

        Assert.NotEqual(role, bench.Agent.Role);
        Assert.Equal(before + 1, bench.Sent.Count);
        Assert.NotEqual(TieBreakerOf(bench.Sent[0]), TieBreakerOf(bench.Sent[^1]));
        Assert.True(IceScene.Parse(bench.Sent[^1]).Has(role == IceRole.Controlling ? StunAttributeType.IceControlled : StunAttributeType.IceControlling));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.5.2.1-1")]
    [Trait("Requirement", "RFC8445-7.2.5.2.1-2")]
    [Trait("Requirement", "RFC8445-7.2.5.2.1-3")]
    public void An_answer_must_come_from_where_the_check_went_to_where_it_came_from()
    {
        var bench = new Bench();
        bench.Answer(bench.FirstCheck(), source: Elsewhere);
        Assert.Equal(IcePairState.Failed, bench.Agent.GetPairs().Single().State);

        bench = new Bench();
        bench.Arrive(CheckBuilder.Answer(bench.FirstCheck(), Bench.Peer.Password, in Bench.Local), local: Bench.Local.WithPort(1));
        Assert.Equal(IcePairState.Failed, bench.Agent.GetPairs().Single().State);
        Assert.Null(bench.Agent.Route);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.5.2.3-1")]
    public void A_check_that_nobody_answers_fails()
    {
        var bench = new Bench();
        bench.Advance(31_849);
        Assert.Equal(IcePairState.InProgress, bench.Agent.GetPairs().Single().State);
        bench.Advance(1);

        Assert.Equal(IcePairState.Failed, bench.Agent.GetPairs().Single().State);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.5.2.4-1")]
    public void A_check_that_is_refused_fails()
    {
        var bench = new Bench();
        bench.Answer(bench.FirstCheck(), StunErrorCode.BadRequest);

        Assert.Equal(IcePairState.Failed, bench.Agent.GetPairs().Single().State);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.5.3.1-1")]
    public void A_mapped_address_that_nobody_knew_is_a_peer_reflexive_candidate()
    {
        var bench = new Bench();
        byte[] check = bench.FirstCheck();
        bench.Arrive(CheckBuilder.Answer(check, Bench.Peer.Password, in Elsewhere));

        IceCandidate mapped = bench.Agent.GetPairs().Single().Mapped!;
        Assert.Equal(IceCandidateKind.PeerReflexive, mapped.Kind);
        Assert.Equal(Elsewhere, mapped.Address);
        Assert.Equal(Bench.Local, mapped.RelatedAddress);
        Assert.True(IceScene.Parse(check).TryGetUInt32(StunAttributeType.Priority, out uint priority));
        Assert.Equal(priority, mapped.Priority);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.5.3.3-1")]
    public void A_success_unfreezes_the_pairs_of_its_foundation()
    {
        var bench = new Bench(peer: Bench.Peer with { SupportsRenomination = true });
        for (ushort port = 1; port <= 3; port++)
            bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote.WithPort(port), 1000u - port, "same"), bench.Now));
        Assert.Equal(2, bench.Agent.GetPairs().Count(pair => pair.State == IcePairState.Frozen));
        bench.Answer(bench.Sent[1], source: bench.Transmits[1].Remote);

        Assert.DoesNotContain(bench.Agent.GetPairs(), pair => pair.State == IcePairState.Frozen);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.5.3.4-1")]
    public void A_nomination_that_fails_takes_the_pair_out_and_where_there_is_no_other_ICE_has_failed()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Answer(bench.Checks.Last(), StunErrorCode.BadRequest);

        Assert.Null(bench.Agent.Route);
        Assert.Equal(IcePairState.Failed, bench.Agent.GetPairs().Single().State);
        Assert.Equal(IceAgentState.Failed, bench.Agent.State);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.2.5.3.4-2")]
    [Trait("Requirement", "RFC8445-7.3.1.5-1")]
    public void A_nominated_pair_whose_triggered_check_fails_is_not_used()
    {
        var bench = new Bench(IceRole.Controlled);
        bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true });
        bench.Answer(bench.Checks.Last(), StunErrorCode.BadRequest);

        Assert.Null(bench.Agent.Route);
        Assert.Equal(IcePairState.Failed, bench.Agent.GetPairs().Single().State);
    }

    private static ulong TieBreakerOf(byte[] bytes)
    {
        StunMessage check = IceScene.Parse(bytes);
        Assert.True(check.TryGetUInt64(StunAttributeType.IceControlling, out ulong number) || check.TryGetUInt64(StunAttributeType.IceControlled, out number));
        return number;
    }
}
