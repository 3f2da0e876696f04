using Traversal.Ice;
using Traversal.Ice.Tests;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc8445;

/// <summary>RFC 8445 sections 11 and 12: keepalives and data.</summary>
public sealed class Section11Keepalives
{
    [Fact]
    [Trait("Requirement", "RFC8445-11-1")]
    [Trait("Requirement", "RFC8445-11-3")]
    [Trait("Requirement", "RFC8445-11-4")]
    [Trait("Requirement", "RFC8445-11-13")]
    public void A_full_agent_keeps_its_path_with_checks_that_are_never_fifteen_seconds_apart()
    {
        Bench bench = new Bench(IceRole.Controlling).Connect();
        bench.Advance(600_000, _ => true);

        Assert.All(bench.SentAt.Zip(bench.SentAt.Skip(1)), pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 0, 15));
        Assert.True((bench.Now - bench.SentAt[^1]).TotalSeconds < 15);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-11-5")]
    [Trait("Requirement", "RFC8445-11-6")]
    [Trait("Requirement", "RFC8445-11-10")]
    [Trait("Requirement", "RFC8445-11-11")]
    public void A_lite_agent_sends_an_indication_with_a_fingerprint_and_nothing_else_every_fifteen_seconds()
    {
        var bench = new Bench(IceRole.Controlling, options => options.IsLite = true, Bench.Peer with { IsLite = true });
        bench.Advance(100_000);

        Assert.Equal(6, bench.Sent.Count);
        Assert.All(bench.SentAt.Zip(bench.SentAt.Skip(1)), pair => Assert.Equal(15, (pair.Second - pair.First).TotalSeconds, 0.001));
        Assert.All(bench.Sent, bytes =>
        {
            StunMessage message = IceScene.Parse(bytes);
            Assert.Equal((StunClass.Indication, StunMethod.Binding, StunMessage.HeaderLength + 8), (message.Class, message.Method, bytes.Length));
            Assert.True(message.IsFingerprintValid());
        });
    }

    [Fact]
    [Trait("Requirement", "RFC8445-12.1-1")]
    public void Data_goes_on_the_selected_pair_alone()
    {
        Bench bench = new Bench(IceRole.Controlled).Connect();
        Assert.True(bench.Agent.TryRoute(1, out IceRoute route));

        Assert.Equal(new IceRoute(Bench.Local, Bench.Remote), route);
        Assert.True(bench.Agent.GetPairs().Single(pair => pair.IsSelected).PacketsSent == 1);
    }

    [Fact]
    [Trait("Requirement", "RFC8445-12.1.1-1")]
    public void A_lite_agent_has_no_way_for_data_before_a_nomination()
    {
        var bench = new Bench(configure: options => options.IsLite = true);
        bench.Ask(CheckBuilder.For(bench.Agent));
        Assert.False(bench.Agent.TryRoute(1, out _));
        bench.Ask(CheckBuilder.For(bench.Agent) with { UseCandidate = true });

        Assert.True(bench.Agent.TryRoute(1, out _));
    }

    [Fact]
    [Trait("Requirement", "RFC8445-12.2-1")]
    public void Data_is_taken_on_any_candidate_before_any_check_was_answered()
    {
        var bench = new Bench();

        Assert.Equal(IceArrival.Data, bench.Arrive([0x80, 1]));
    }
}
