using Traversal.Primitives;

namespace Traversal.Ice.Tests;

/// <summary>Candidates of one's own: priorities, foundations and what is left out (RFC 8445 section 5.1, RFC 8421).</summary>
public sealed class CandidateTests
{
    private static readonly TransportAddress Host4 = TransportAddress.Parse("192.0.2.1:5000"), Host6 = TransportAddress.Parse("[2001:db8::1]:5000");

    private readonly IceAgent _agent = New();

    [Fact]
    public void Priorities_are_those_of_the_formula()
    {
        Assert.Equal((126u << 24) + (65535u << 8) + 255, Add(IceLocalCandidate.Host(in Host4))!.Priority);
        Assert.Equal((100u << 24) + (65535u << 8) + 255, Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:1"), in Host4))!.Priority);
        Assert.Equal((0u << 24) + (65535u << 8) + 255, Add(IceLocalCandidate.Relayed(Public("203.0.113.2:1"), Public("203.0.113.1:1")))!.Priority);
        Assert.Equal((126u << 24) + (7u << 8) + 255, Add(IceLocalCandidate.Host(in Host6) with { LocalPreference = 7 })!.Priority);
    }

    [Fact]
    public void The_priority_of_a_pair_is_that_of_the_formula_and_the_same_on_both_sides()
    {
        Assert.Equal((1ul << 32) * 5 + 2 * 9 + 1, CandidatePriority.OfPair(9, 5));
        Assert.Equal((1ul << 32) * 5 + 2 * 9, CandidatePriority.OfPair(5, 9));
        Assert.Equal(ulong.MaxValue >> 1, CandidatePriority.OfPair(CandidatePriority.Max, CandidatePriority.Max) | 0x1_FFFF_FFFF);
    }

    [Fact]
    public void The_versions_of_IP_take_turns_and_no_two_of_a_type_are_equal()
    {
        uint[] priorities =
        [
            .. "[2001:db8::1]:1 192.0.2.1:1 [2001:db8::2]:1 [2001:db8::3]:1 192.0.2.2:1 192.0.2.3:1".Split(' ')
                .Select(text => Add(IceLocalCandidate.Host(TransportAddress.Parse(text)))!.Priority >> 8 & 0xFFFF),
        ];

        Assert.Equal([65535u, 65534u, 65533u, 65531u, 65532u, 65530u], priorities);
    }

    [Fact]
    public void The_foundation_is_that_of_type_base_address_and_server()
    {
        string host = Add(IceLocalCandidate.Host(in Host4))!.Foundation;
        Assert.Equal(host, Add(IceLocalCandidate.Host(Host4.WithPort(5001)))!.Foundation);
        Assert.NotEqual(host, Add(IceLocalCandidate.Host(in Host6))!.Foundation, StringComparer.Ordinal);

        TransportAddress one = Public("203.0.113.53:3478"), other = Public("203.0.113.54:3478");
        string reflexive = Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:1"), in Host4, in one))!.Foundation;
        Assert.NotEqual(host, reflexive, StringComparer.Ordinal);
        Assert.Equal(reflexive, Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:2"), in Host4, in one))!.Foundation);
        Assert.NotEqual(reflexive, Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:3"), in Host4, in other))!.Foundation, StringComparer.Ordinal);
    }

    [Fact]
    public void What_is_redundant_is_left_out()
    {
        Assert.NotNull(Add(IceLocalCandidate.Host(in Host4)));
        Assert.Null(Add(IceLocalCandidate.Host(in Host4)));
        Assert.Null(Add(IceLocalCandidate.ServerReflexive(in Host4, in Host4)));
        Assert.Null(Add(IceLocalCandidate.Relayed(in Host4, in Host4)));
        Assert.NotNull(Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:1"), in Host4)));
        Assert.Null(Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:1"), in Host4)));
    }

    [Fact]
    public void A_reflexive_candidate_makes_no_pair_beside_that_of_its_base()
    {
        Add(IceLocalCandidate.Host(in Host4));
        Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:1"), in Host4));
        _agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote), MonotonicTime.Zero);

        Assert.Equal(IceCandidateKind.Host, _agent.GetPairs().Single().Local.Kind);
    }

    [Fact]
    public void A_reflexive_candidate_whose_host_is_not_signalled_is_paired_by_its_base()
    {
        Add(IceLocalCandidate.ServerReflexive(Public("203.0.113.1:1"), in Host4));
        _agent.AddRemoteCandidate(Bench.Candidate(Bench.Remote), MonotonicTime.Zero);

        Assert.Equal(IceCandidateKind.ServerReflexive, _agent.GetPairs().Single().Local.Kind);
    }

    [Theory]
    [InlineData("[fe80::1%2]:1", "[fe80::2]:1", true)]
    [InlineData("[fe80::1%2]:1", "[2001:db8::2]:1", false)]
    [InlineData("[2001:db8::1]:1", "[fe80::2]:1", false)]
    [InlineData("192.0.2.1:1", "[2001:db8::2]:1", false)]
    [InlineData("127.0.0.1:1", "127.0.0.1:2", true)]
    [InlineData("192.0.2.1:1", "127.0.0.1:2", false)]
    public void Only_what_goes_together_is_paired(string local, string remote, bool isPaired)
    {
        Add(IceLocalCandidate.Host(TransportAddress.Parse(local)));
        _agent.AddRemoteCandidate(Bench.Candidate(TransportAddress.Parse(remote)), MonotonicTime.Zero);

        Assert.Equal(isPaired, _agent.GetPairs().Count == 1);
    }

    [Fact]
    public void Relay_only_means_relayed_candidates_alone_and_no_answer_elsewhere()
    {
        IceAgent agent = New(options => options.RelayOnly = true);
        TransportAddress relayed = Public("203.0.113.2:1");
        Assert.Null(agent.AddLocalCandidate(IceLocalCandidate.Host(in Host4), MonotonicTime.Zero));
        Assert.NotNull(agent.AddLocalCandidate(IceLocalCandidate.Relayed(in relayed, default), MonotonicTime.Zero));

        Assert.Equal(IceArrival.Dropped, agent.OnPacket(in Host4, in Bench.Remote, CheckBuilder.For(agent).Build(), MonotonicTime.Zero));
        Assert.Equal(IceArrival.Handled, agent.OnPacket(in relayed, in Bench.Remote, CheckBuilder.For(agent).Build(), MonotonicTime.Zero));
    }

    [Fact]
    public void TCP_and_other_components_and_names_are_told_apart()
    {
        IceCandidate candidate = Bench.Candidate(Bench.Remote);
        Assert.Equal(IceCandidateVerdict.Unsupported, _agent.AddRemoteCandidate(candidate with { Transport = IceTransport.Tcp }, MonotonicTime.Zero));
        Assert.Equal(IceCandidateVerdict.Unsupported, _agent.AddRemoteCandidate(candidate with { Component = 2 }, MonotonicTime.Zero));
        Assert.Equal(IceCandidateVerdict.Unresolved, _agent.AddRemoteCandidate(candidate with { HostName = "x.local" }, MonotonicTime.Zero));
        Assert.Equal(IceCandidateVerdict.Added, _agent.AddRemoteCandidate(candidate, MonotonicTime.Zero));
        Assert.Equal(IceCandidateVerdict.Known, _agent.AddRemoteCandidate(candidate, MonotonicTime.Zero));
    }

    [Fact]
    public void There_is_an_end_to_local_candidates()
    {
        for (ushort port = 1; port <= 32; port++) Assert.NotNull(Add(IceLocalCandidate.Host(Host4.WithPort(port))));
        Assert.Null(Add(IceLocalCandidate.Host(Host4.WithPort(33))));
    }

    [Fact]
    public void The_credentials_are_long_enough_and_never_the_same()
    {
        IceParameters[] all = [.. Enumerable.Range(0, 100).Select(i => New(seed: (ulong)i).LocalParameters)];

        Assert.All(all, parameters => Assert.True(parameters is { IsWellFormed: true, Ufrag.Length: >= 4, Password.Length: >= 22 }));
        Assert.Distinct(all.Select(parameters => parameters.Ufrag), StringComparer.Ordinal);
        Assert.Distinct(all.Select(parameters => parameters.Password), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("abc", "peerpeerpeerpeerpeerpe")]
    [InlineData("abcd", "short")]
    [InlineData("ab d", "peerpeerpeerpeerpeerpe")]
    [InlineData("abcd", "peerpeerpeerpeerpeer:pe")]
    public void Parameters_that_break_the_grammar_are_refused(string ufrag, string password) =>
        Assert.False(_agent.SetRemoteParameters(new IceParameters { Ufrag = ufrag, Password = password }, MonotonicTime.Zero));

    private static TransportAddress Public(string text) => TransportAddress.Parse(text);

    private static IceAgent New(Action<IceAgentOptions>? configure = null, ulong seed = 1)
    {
        var options = new IceAgentOptions();
        configure?.Invoke(options);
        return new IceAgent(options, new CheckPacer(), RandomSource.Seeded(seed));
    }

    private IceCandidate? Add(IceLocalCandidate candidate) => _agent.AddLocalCandidate(in candidate, MonotonicTime.Zero);
}
