using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>Who controls, and what happens when both want to or neither does (RFC 8445 sections 6.1.1, 7.2.5.1 and 7.3.1.1).</summary>
public sealed class RoleTests
{
    public static TheoryData<IceRole, ulong> Glare => [.. from role in Enum.GetValues<IceRole>() from seed in Enumerable.Range(1, 20) select new TheoryDataRow<IceRole, ulong>(role, (ulong)seed)];

    [Theory]
    [MemberData(nameof(Glare))]
    public void Two_agents_in_one_role_settle_it_and_connect(IceRole role, ulong seed)
    {
        IceScene scene = new IceScene(seed, configureOfferer: options => options.Role = role, configureAnswerer: options => options.Role = role).Gather();
        scene.Connect();

        scene.AssertConnected();
        Assert.NotEqual(scene.Offerer.Agent.Role, scene.Answerer.Agent.Role);
        Assert.Equal(IceAgentState.Completed, scene.Offerer.Agent.State);
        Assert.Equal(IceAgentState.Completed, scene.Answerer.Agent.State);
        Assert.Single(scene.Offerer.Events.Concat(scene.Answerer.Events), happened => happened.Event.Kind == IceEventKind.RoleChanged);
    }

    [Theory]
    [InlineData(IceRole.Controlling, ulong.MaxValue, true, IceRole.Controlled)]
    [InlineData(IceRole.Controlling, 0, false, IceRole.Controlling)]
    [InlineData(IceRole.Controlled, ulong.MaxValue, false, IceRole.Controlled)]
    [InlineData(IceRole.Controlled, 0, true, IceRole.Controlling)]
    public void The_larger_tie_breaker_controls(IceRole role, ulong tieBreaker, bool succeeds, IceRole after)
    {
        var bench = new Bench(role);
        StunAttributeType same = role == IceRole.Controlling ? StunAttributeType.IceControlling : StunAttributeType.IceControlled;
        byte[] reply = bench.Ask(CheckBuilder.For(bench.Agent) with { Role = same, TieBreaker = tieBreaker });

        Assert.Equal(succeeds ? StunClass.SuccessResponse : StunClass.ErrorResponse, IceScene.Parse(reply).Class);
        if (!succeeds) Assert.Equal(StunErrorCode.RoleConflict, Bench.CodeOf(reply));
        Assert.Equal(after, bench.Agent.Role);
    }

    [Fact]
    public void After_a_487_the_role_and_the_tie_breaker_change_and_the_check_goes_again_at_once()
    {
        var bench = new Bench(IceRole.Controlling);
        byte[] check = bench.FirstCheck();
        bench.Answer(check, StunErrorCode.RoleConflict);

        Assert.Equal(IceRole.Controlled, bench.Agent.Role);
        byte[] again = bench.Sent[^1];
        Assert.True(IceScene.Parse(check).TryGetUInt64(StunAttributeType.IceControlling, out ulong before));
        Assert.True(IceScene.Parse(again).TryGetUInt64(StunAttributeType.IceControlled, out ulong after));
        Assert.NotEqual(before, after);
    }

    [Fact]
    public void A_487_settles_the_role_from_wherever_a_NAT_sends_it()
    {
        var bench = new Bench(IceRole.Controlling);
        int before = bench.Sent.Count;
        bench.Answer(bench.FirstCheck(), StunErrorCode.RoleConflict, source: TransportAddress.Parse("198.51.100.2:7777"));

        Assert.Equal(IceRole.Controlled, bench.Agent.Role);
        Assert.Equal(before + 1, bench.Sent.Count);
        bench.Answer(bench.Sent[^1]);
        Assert.NotNull(bench.Agent.Route);
    }

    [Fact]
    public void A_487_to_a_check_in_the_other_role_changes_nothing()
    {
        var bench = new Bench(IceRole.Controlling);
        byte[] first = bench.FirstCheck();
        bench.Advance(60);
        byte[] second = bench.Sent[^1];
        Assert.NotEqual(first, second);
        bench.Answer(first, StunErrorCode.RoleConflict);
        bench.Answer(second, StunErrorCode.RoleConflict);

        Assert.Equal(IceRole.Controlled, bench.Agent.Role);
    }

    [Fact]
    public void A_check_without_a_role_is_of_an_older_peer_and_no_conflict()
    {
        var bench = new Bench(IceRole.Controlling);
        Assert.Equal(StunClass.SuccessResponse, IceScene.Parse(bench.Ask(CheckBuilder.For(bench.Agent) with { Role = null })).Class);
    }

    [Theory]
    [InlineData(false, true, IceRole.Controlling)]
    [InlineData(true, false, IceRole.Controlled)]
    public void A_lite_agent_is_controlled_by_a_full_one(bool isLite, bool peerIsLite, IceRole expected)
    {
        foreach (IceRole role in Enum.GetValues<IceRole>())
        {
            var agent = new IceAgent(new IceAgentOptions { Role = role, IsLite = isLite }, new CheckPacer(), RandomSource.Seeded(1));
            agent.SetRemoteParameters(Bench.Peer with { IsLite = peerIsLite }, MonotonicTime.Zero);
            Assert.Equal(expected, agent.Role);
        }
    }
}
