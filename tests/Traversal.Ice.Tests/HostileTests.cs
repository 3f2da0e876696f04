using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Ice.Tests;

/// <summary>What strangers send, and what a peer should not: dropped by rule, bounded, and no harm to the path that there is.</summary>
public sealed class HostileTests
{
    private static readonly TransportAddress Stranger = TransportAddress.Parse("203.0.113.66:666");

    [Fact]
    public void A_check_with_another_username_is_not_answered()
    {
        var bench = new Bench();
        CheckBuilder check = CheckBuilder.For(bench.Agent);
        string own = bench.Agent.LocalParameters.Ufrag;
        string asLong = (own[0] == 'a' ? 'b' : 'a') + own[1..];
        foreach (string? username in new[] { null, "nobody:nowhere", own, own + "x:peer", ":" + own, "peer:" + own, own.ToLowerInvariant() + "Z:peer", asLong + ":peer" })
            AssertDropped(bench, check with { Username = username }, IceCounter.DroppedWrongUsername);
    }

    [Fact]
    public void A_check_without_the_password_is_not_answered_and_a_changed_one_neither()
    {
        var bench = new Bench();
        CheckBuilder check = CheckBuilder.For(bench.Agent);
        AssertDropped(bench, check with { Password = null }, IceCounter.DroppedUnverified);
        AssertDropped(bench, check with { Password = Bench.Peer.Password }, IceCounter.DroppedUnverified);
        AssertDropped(bench, check with { Fingerprint = false }, IceCounter.DroppedMalformed);
        byte[] changed = check.Build();
        changed[^1] ^= 1;
        Assert.Equal(IceArrival.Dropped, bench.Arrive(changed));
    }

    [Fact]
    public void A_check_without_PRIORITY_and_one_with_an_unknown_attribute_are_refused_under_the_password()
    {
        var bench = new Bench();
        byte[] reply = bench.Ask(CheckBuilder.For(bench.Agent) with { Priority = null });
        Assert.Equal(StunErrorCode.BadRequest, Bench.CodeOf(reply));
        Assert.True(IceScene.Parse(reply).VerifyIntegrity(IntegrityKey.ShortTerm(bench.Agent.LocalParameters.Password)));

        reply = bench.Ask(CheckBuilder.For(bench.Agent) with { Extra = (StunAttributeType)0x0033 });
        Assert.Equal(StunErrorCode.UnknownAttribute, Bench.CodeOf(reply));
        Span<StunAttributeType> unknown = stackalloc StunAttributeType[2];
        Assert.Equal(1, IceScene.Parse(reply).GetUnknownAttributes(unknown));
        Assert.Equal((StunAttributeType)0x0033, unknown[0]);
    }

    [Fact]
    public void A_forged_answer_with_the_right_id_changes_nothing()
    {
        var bench = new Bench();
        byte[] check = bench.FirstCheck();
        Assert.Equal(IceArrival.Dropped, bench.Arrive(CheckBuilder.Answer(check, null, in Bench.Local)));
        Assert.Equal(IceArrival.Dropped, bench.Arrive(CheckBuilder.Answer(check, null, in Bench.Local), Stranger));
        Assert.Equal(IceArrival.Dropped, bench.Arrive(CheckBuilder.Answer(check, bench.Agent.LocalParameters.Password, in Bench.Local)));
        Assert.Equal(IceArrival.Dropped, bench.Arrive(CheckBuilder.Answer(check, null, in Bench.Local, StunErrorCode.RoleConflict)));
        Assert.Null(bench.Agent.Route);
        Assert.Equal(IceRole.Controlled, bench.Agent.Role);

        bench.Answer(check);
        Assert.NotNull(bench.Agent.Route);
    }

    [Fact]
    public void An_answer_that_comes_twice_is_taken_once()
    {
        Bench bench = new Bench().Connect();

        Assert.Equal(IceArrival.Dropped, bench.Answer(bench.FirstCheck()));
        Assert.Equal(1, bench.Agent.Counters[IceCounter.DroppedUnexpected]);
    }

    [Fact]
    public void An_authentic_answer_from_elsewhere_fails_the_pair()
    {
        var bench = new Bench();
        bench.Answer(bench.FirstCheck(), source: Stranger);

        IcePairReport pair = bench.Agent.GetPairs().Single();
        Assert.Equal(IcePairState.Failed, pair.State);
        Assert.Contains(pair.Timeline, moment => moment.Step == IcePairStep.AnsweredFromElsewhere);
    }

    [Fact]
    public void A_check_that_is_replayed_from_ten_thousand_sources_makes_little_work_and_no_harm()
    {
        Bench bench = new Bench(peer: Bench.Peer with { SupportsRenomination = true }).Connect();
        byte[] check = CheckBuilder.For(bench.Agent).Build();
        int before = bench.Checks.Count();
        for (uint i = 0; i < 10_000; i++) bench.Arrive(check, TransportAddress.FromIPv4(0xCB00_7100 + i, 7));

        Assert.InRange(bench.Checks.Count() - before, 0, 40);
        Assert.InRange(bench.Agent.GetPairs().Count, 1, 17);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        Assert.True(bench.Agent.Counters[IceCounter.DroppedOverLimit] > 9_000);
        bench.Advance(120_000, bytes => bench.Transmits[bench.Sent.IndexOf(bytes)].Remote == Bench.Remote);
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
    }

    [Fact]
    public void A_check_that_is_replayed_from_ever_new_sources_makes_checks_to_few_of_them()
    {
        const int Seconds = 10, PerSecond = 16;
        var bench = new Bench();
        byte[] check = CheckBuilder.For(bench.Agent).Build();
        for (uint i = 0; i < Seconds * 1000; i++)
        {
            bench.Advance(1);
            bench.Arrive(check, TransportAddress.FromIPv4(0xCB00_7100 + i, 7));
        }

        int checkedSources = bench.Sent.Index().Where(sent => IceScene.IsRequest(sent.Item)).Select(sent => bench.Transmits[sent.Index].Remote).Distinct().Count();
        Assert.InRange(checkedSources, PerSecond, (Seconds + 1) * PerSecond + 1);
    }

    [Fact]
    public void A_pair_whose_answers_come_from_elsewhere_is_checked_three_times_however_often_the_peer_checks_it()
    {
        var bench = new Bench();
        for (int i = 0; i < 20; i++)
        {
            int before = bench.Checks.Count();
            bench.Arrive(CheckBuilder.For(bench.Agent).Build());
            foreach (byte[] check in bench.Checks.Skip(i == 0 ? 0 : before).ToArray()) bench.Answer(check, source: Stranger);
            bench.Advance(100);
        }

        Assert.Equal(3, bench.Checks.Count());
        Assert.Null(bench.Agent.Route);
    }

    [Fact]
    public void After_a_flood_of_replays_a_peer_with_a_new_address_still_gets_in()
    {
        var bench = new Bench(IceRole.Controlled);
        byte[] check = CheckBuilder.For(bench.Agent).Build();
        for (uint i = 0; i < 10_000; i++) bench.Arrive(check, TransportAddress.FromIPv4(0xCB00_7100 + i, 7));
        bench.Advance(1_500);
        bench.Arrive(CheckBuilder.For(bench.Agent).Build(), Stranger);
        bench.Advance(100);
        int sent = bench.Transmits.FindLastIndex(transmit => transmit.Remote == Stranger);

        Assert.True(IceScene.IsRequest(bench.Sent[sent]));
        bench.Answer(bench.Sent[sent], source: Stranger);
        Assert.Equal(Stranger, bench.Agent.Route!.Value.Remote);
    }

    [Fact]
    public void A_flood_of_candidates_is_cut_and_the_best_pairs_stay()
    {
        var bench = new Bench(IceRole.Controlling, options => options.MaxPairs = 20);
        for (uint i = 0; i < 10_000; i++)
            bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.FromIPv4(0xCB00_7100 + i, 7), 1000 + i, $"f{i}"), bench.Now));

        Assert.Equal(20, bench.Agent.GetPairs().Count);
        Assert.Equal(IceCandidateVerdict.TooMany, bench.Agent.AddRemoteCandidate(Bench.Candidate(Stranger), bench.Now));
        bench.Answer(bench.FirstCheck());
        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
    }

    [Theory]
    [InlineData("224.0.0.251:5353")]
    [InlineData("255.255.255.255:67")]
    [InlineData("0.0.0.0:1")]
    [InlineData("0.1.2.3:1")]
    [InlineData("198.51.100.2:0")]
    [InlineData("[ff02::fb]:5353")]
    [InlineData("[::]:1")]
    [InlineData("[::ffff:198.51.100.2]:1")]
    public void Nothing_is_sent_where_nobody_can_be(string address)
    {
        var bench = new Bench();
        Assert.Equal(IceCandidateVerdict.Unreachable, bench.Agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.Parse(address)), bench.Now));
    }

    [Fact]
    public void No_peer_has_this_machine_check_its_own_services()
    {
        var bench = new Bench();
        bench.Do(agent => agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.Parse("127.0.0.1:8080")), bench.Now));
        bench.Advance(60_000);

        Assert.DoesNotContain(bench.Transmits, transmit => transmit.Remote.IsLoopback);
    }

    [Fact]
    public void Data_of_strangers_is_dropped_and_data_of_the_peer_is_taken()
    {
        Bench bench = new Bench().Connect();
        Assert.Equal(IceArrival.Data, bench.Arrive([0x80, 0, 0, 1]));
        Assert.Equal(IceArrival.Dropped, bench.Arrive([0x80, 0, 0, 1], Stranger));
        Assert.Equal(IceArrival.Dropped, bench.Arrive([0x80, 0, 0, 1], local: Stranger));
        Assert.Equal(1, bench.Agent.Counters[IceCounter.DroppedUnknownSource]);
        Assert.Equal(1, bench.Agent.Counters[IceCounter.DroppedUnknownLocal]);
    }

    /// <summary>Nobody signs a keepalive, so whoever is not the peer could send any number of them.</summary>
    [Fact]
    public void A_keepalive_of_a_stranger_is_dropped()
    {
        Bench bench = new Bench().Connect();
        byte[] keepalive = [0x00, 0x11, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        Assert.Equal(IceArrival.Handled, bench.Arrive(keepalive));
        Assert.Equal(IceArrival.Dropped, bench.Arrive(keepalive, Stranger));
        Assert.Equal(1, bench.Agent.Counters[IceCounter.DroppedUnexpected]);
    }

    [Fact]
    public void Random_bytes_and_mutated_messages_change_nothing_that_matters()
    {
        Bench bench = new Bench().Connect();
        byte[] check = CheckBuilder.For(bench.Agent).Build(), answer = CheckBuilder.Answer(bench.FirstCheck(), Bench.Peer.Password, in Bench.Local);
        RandomSource random = RandomSource.Seeded(3);
        for (int i = 0; i < 50_000; i++)
        {
            byte[] original = (i & 1) == 0 ? check : answer, bytes = [.. original];
            for (int edit = random.Next(4); edit >= 0; edit--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            if (!bytes.SequenceEqual(original)) bench.Arrive(bytes, (i & 2) == 0 ? Bench.Remote : Stranger);
        }

        Assert.Equal(Bench.Remote, bench.Agent.Route!.Value.Remote);
        Assert.Single(bench.Agent.GetPairs());
    }

    private static void AssertDropped(Bench bench, CheckBuilder check, IceCounter counter)
    {
        long before = bench.Agent.Counters[counter];
        int sent = bench.Sent.Count;
        Assert.Equal(IceArrival.Dropped, bench.Arrive(check.Build()));
        Assert.Equal(before + 1, bench.Agent.Counters[counter]);
        Assert.Equal(sent, bench.Sent.Count);
    }
}
