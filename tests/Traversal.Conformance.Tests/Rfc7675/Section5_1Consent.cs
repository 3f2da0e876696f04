using Traversal.Ice;
using Traversal.Ice.Tests;
using Traversal.Stun;

namespace Traversal.Conformance.Tests.Rfc7675;

/// <summary>RFC 7675 section 5: consent.</summary>
public sealed class Section5_1Consent
{
    private readonly Bench _bench = new Bench(IceRole.Controlling).Connect();

    [Fact]
    [Trait("Requirement", "RFC7675-5.1-1")]
    public void No_data_before_the_peer_has_answered()
    {
        var bench = new Bench();
        Assert.False(bench.Agent.TryRoute(1, out _));
        bench.Arrive(CheckBuilder.For(bench.Agent).Build());
        Assert.False(bench.Agent.TryRoute(1, out _));
        bench.Answer(bench.FirstCheck());

        Assert.True(bench.Agent.TryRoute(1, out _));
    }

    [Fact]
    [Trait("Requirement", "RFC7675-5.1-2")]
    public void None_after_thirty_seconds_without_an_answer()
    {
        _bench.Answer(_bench.Checks.Last());
        _bench.Advance(29_999);
        Assert.True(_bench.Agent.TryRoute(1, out _));
        _bench.Advance(1);

        Assert.False(_bench.Agent.TryRoute(1, out _));
    }

    [Fact]
    [Trait("Requirement", "RFC7675-5.1-3")]
    [Trait("Requirement", "RFC7675-5.1-4")]
    [Trait("Requirement", "RFC7675-5.1-5")]
    [Trait("Requirement", "RFC7675-5.1-6")]
    public void A_check_every_four_to_six_seconds_with_a_new_id()
    {
        _bench.Answer(_bench.Checks.Last());
        int before = _bench.Sent.Count;
        _bench.Advance(600_000, _ => true);

        Assert.All(
            _bench.SentAt.Skip(before).Zip(_bench.SentAt.Skip(before + 1)),
            pair => Assert.InRange((pair.Second - pair.First).TotalSeconds, 4, 6.0001));
        Assert.Distinct(_bench.Sent.Select(check => IceScene.Parse(check).TransactionId));
    }

    [Fact]
    [Trait("Requirement", "RFC7675-5.1-7")]
    public void An_answer_to_an_earlier_check_counts()
    {
        _bench.Answer(_bench.Checks.Last());
        int before = _bench.Sent.Count;
        _bench.Advance(9_500);
        Assert.Equal(IceArrival.Handled, _bench.Answer(_bench.Sent[before]));
        _bench.Advance(29_000);

        Assert.True(_bench.Agent.TryRoute(1, out _));
    }

    [Fact]
    [Trait("Requirement", "RFC7675-5.1-8")]
    [Trait("Requirement", "RFC7675-5.1-12")]
    [Trait("Requirement", "RFC7675-5.1-13")]
    public void What_is_lost_is_not_regained_without_a_restart()
    {
        _bench.Answer(_bench.Checks.Last());
        _bench.Advance(30_000);
        byte[] last = _bench.Checks.Last();
        Assert.Equal(IceArrival.Dropped, _bench.Answer(last));
        int sent = _bench.Checks.Count();
        _bench.Arrive(CheckBuilder.For(_bench.Agent).Build());

        Assert.False(_bench.Agent.TryRoute(1, out _));
        Assert.Equal(sent, _bench.Checks.Count());
    }

    [Fact]
    [Trait("Requirement", "RFC7675-5.1-10")]
    public void The_old_path_needs_consent_during_a_restart()
    {
        _bench.Answer(_bench.Checks.Last());
        _bench.Do(agent => agent.Restart(_bench.Now));
        int sent = _bench.Sent.Count;
        _bench.Advance(10_000);
        Assert.InRange(_bench.Sent.Count - sent, 1, 3);
        _bench.Advance(20_000);

        Assert.False(_bench.Agent.TryRoute(1, out _));
    }

    [Fact]
    [Trait("Requirement", "RFC7675-5.2-1")]
    public void Only_an_authenticated_403_revokes()
    {
        _bench.Answer(_bench.Checks.Last());
        _bench.Advance(6_000);
        byte[] check = _bench.Checks.Last();
        _bench.Arrive(CheckBuilder.Answer(check, null, in Bench.Local, StunErrorCode.Forbidden));
        Assert.True(_bench.Agent.TryRoute(1, out _));
        _bench.Answer(check, StunErrorCode.Forbidden);

        Assert.False(_bench.Agent.TryRoute(1, out _));
    }
}
