using Traversal.Ice;
using Traversal.Ice.Tests;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 section 7.3: checks of the peer.</summary>
public sealed class Section7_3ServerProcedures
{
    private static readonly TransportAddress Unknown = TransportAddress.Parse("203.0.113.9:9");

    [Theory]
    [Trait("Requirement", "RFC8445-7.3-1")]
    [Trait("Requirement", "RFC8445-7.3-3")]
    [Trait("Requirement", "RFC8445-7.3-8")]
    [Trait("Requirement", "RFC8445-5.3-3")]
    [InlineData(false)]
    [InlineData(true)]
    public void Checks_are_answered_on_every_base_with_the_password_and_a_fingerprint(bool isLite)
    {
        var bench = new Bench(configure: options => options.IsLite = isLite);
        TransportAddress second = TransportAddress.Parse("192.0.2.9:5001");
        bench.Do(agent => agent.AddLocalCandidate(IceLocalCandidate.Host(in second), bench.Now));
        foreach (TransportAddress local in new[] { Bench.Local, second })
        {
            int before = bench.Sent.Count;
            bench.Arrive(CheckBuilder.For(bench.Agent).Build(), local: local);
            StunMessage answer = IceScene.Parse(bench.Sent[before]);
            Assert.Equal(local, bench.Transmits[before].Local);
            Assert.Equal(StunClass.SuccessResponse, answer.Class);
            Assert.True(answer.VerifyIntegrity(IntegrityKey.ShortTerm(bench.Agent.LocalParameters.Password)) && answer.IsFingerprintValid());
            Assert.True(answer.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped));
            Assert.Equal(Bench.Remote, mapped);
            Assert.False(answer.Has(StunAttributeType.Username));
        }
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.3-2")]
    [Trait("Requirement", "RFC8445-7.3-7")]
    public void Checks_without_the_password_and_those_of_RFC_3489_are_not_taken()
    {
        var bench = new Bench();
        int before = bench.Sent.Count;
        byte[] classic = CheckBuilder.For(bench.Agent).Build();
        classic[4] ^= 0x80;
        Assert.NotEqual(IceArrival.Handled, bench.Arrive(classic));
        Assert.Equal(IceArrival.Dropped, bench.Arrive((CheckBuilder.For(bench.Agent) with { Password = null }).Build()));
        Assert.Equal(IceArrival.Dropped, bench.Arrive((CheckBuilder.For(bench.Agent) with { Password = "wrong" }).Build()));

        Assert.Equal(before, bench.Sent.Count);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.3-4")]
    public void A_username_is_valid_by_its_first_part()
    {
        var bench = new Bench();
        string own = bench.Agent.LocalParameters.Ufrag;
        byte[] reply = bench.Ask(CheckBuilder.For(bench.Agent) with { Username = own + ":whoever" }, Unknown);

        Assert.Equal(StunClass.SuccessResponse, IceScene.Parse(reply).Class);
        Assert.DoesNotContain(bench.Agent.GetPairs(), pair => pair.Remote.Address == Unknown);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.3-5")]
    [Trait("Requirement", "RFC8445-7.3-6")]
    public void A_check_before_the_answer_is_answered_at_once_and_gone_on_with_when_the_answer_is_there()
    {
        var bench = new Bench(IceRole.Controlled, isSignalled: false);
        byte[] reply = bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true });
        Assert.Equal(StunClass.SuccessResponse, IceScene.Parse(reply).Class);
        Assert.Empty(bench.Checks);

        bench.Do(agent => agent.SetRemoteParameters(Bench.Peer, bench.Now));
        bench.Answer(bench.Checks.Single());
        Assert.True(bench.Agent.GetPairs().Single().IsNominated);
    }

    [Theory]
    [Trait("Requirement", "RFC8445-7.3.1.1-2")]
    [Trait("Requirement", "RFC8445-7.3.1.1-3")]
    [InlineData(IceRole.Controlling, StunAttributeType.IceControlling, 0, IceRole.Controlling, StunErrorCode.RoleConflict)]
    [InlineData(IceRole.Controlling, StunAttributeType.IceControlling, ulong.MaxValue, IceRole.Controlled, StunErrorCode.None)]
    [InlineData(IceRole.Controlled, StunAttributeType.IceControlled, 0, IceRole.Controlling, StunErrorCode.None)]
    [InlineData(IceRole.Controlled, StunAttributeType.IceControlled, ulong.MaxValue, IceRole.Controlled, StunErrorCode.RoleConflict)]
    [InlineData(IceRole.Controlling, StunAttributeType.IceControlled, ulong.MaxValue, IceRole.Controlling, StunErrorCode.None)]
    [InlineData(IceRole.Controlled, StunAttributeType.IceControlling, ulong.MaxValue, IceRole.Controlled, StunErrorCode.None)]
    public void Conflicts_are_settled_by_the_tie_breaker(IceRole role, StunAttributeType claim, ulong tieBreaker, IceRole after, StunErrorCode error)
    {
        var bench = new Bench(role);
        byte[] reply = bench.Ask(CheckBuilder.For(bench.Agent) with { Role = claim, TieBreaker = tieBreaker });

        Assert.Equal(error, Bench.CodeOf(reply));
        Assert.Equal(after, bench.Agent.Role);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.3.1.4-1")]
    public void A_check_of_the_peer_makes_one_back_at_once_while_the_own_is_in_progress()
    {
        var bench = new Bench();
        bench.Advance(10);
        int before = bench.Checks.Count();
        bench.Arrive(CheckBuilder.For(bench.Agent).Build());

        Assert.Equal(before + 1, bench.Checks.Count());
        Assert.Equal(IceArrival.Handled, bench.Answer(bench.FirstCheck()));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-7.3.1.4-2")]
    public void And_when_it_waits_is_frozen_or_has_failed_and_when_the_pair_is_new()
    {
        var bench = new Bench(peer: Bench.Peer with { SupportsRenomination = true });
        TransportAddress frozen = Bench.Remote.WithPort(1), failed = Bench.Remote;
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(frozen, 5), bench.Now));
        Assert.Equal(IcePairState.Frozen, bench.Agent.GetPairs().Single(pair => pair.Remote.Address == frozen).State);
        bench.Answer(bench.FirstCheck(), StunErrorCode.BadRequest);
        foreach (TransportAddress source in new[] { frozen, failed, Unknown })
        {
            bench.Arrive(CheckBuilder.For(bench.Agent).Build(), source);
            Assert.Equal(source, bench.Transmits[^1].Remote);
            Assert.True(IceScene.IsRequest(bench.Sent[^1]));
        }

        IceCandidate found = bench.Agent.GetPairs().Single(pair => pair.Remote.Address == Unknown).Remote;
        Assert.Equal((IceCandidateKind.PeerReflexive, 1_853_817_087u), (found.Kind, found.Priority));
    }
}
