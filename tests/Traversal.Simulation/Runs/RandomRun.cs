using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>
/// Two peers anywhere, with any luck, drawn from one number: they meet, and may move or restart. What is wrong is said; nothing is where nothing is.
/// </summary>
public sealed class RandomRun
{
    internal static readonly TransportAddress SecondServer = TransportAddress.Parse("192.88.0.2:3478");

    // RFC 8863's patience, all checks of a pair, and what candidates of the last moment add.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(39.5 + 31.85 + 5), ShortWait = TimeSpan.FromSeconds(3);

    private readonly VirtualNetwork _network;
    private readonly RandomSource _random;
    private readonly Surroundings _surroundings;
    private readonly RunPeer _offerer, _answerer;
    private readonly Signaling _signaling;
    private readonly TimeSpan _signalingLatency;
    private readonly List<RunMeeting> _meetings = [];
    private readonly bool _renominates;
    private readonly Action<string>? _trace;
    private Topology _topology;

    private RandomRun(ulong seed, Action<string>? trace)
    {
        _network = new VirtualNetwork(seed);
        _random = RandomSource.Seeded(seed ^ 0x5EED);
        _surroundings = new Surroundings(_network);
        _trace = trace;
        if (trace is not null) _network.Sniffer = packet => Trace(PacketText.Of(in packet));
        foreach (TransportAddress server in new[] { Prober.Server, SecondServer }) _ = new ReflectingServer(new Host(_network, _network.Internet, in server), in server);
        _topology = Topology.Draw(_random);
        Link link = DrawLink();
        _renominates = _random.Next(5) > 0;
        IceRole? lite = _random.Next(16) == 0 ? (IceRole)_random.Next(2) : null;
        var pacer = new CheckPacer();
        _offerer = MakePeer(1, IceRole.Controlling, lite, link, _renominates, pacer);
        _answerer = MakePeer(2, IceRole.Controlled, lite, link, _renominates || _random.Next(5) > 0, pacer);
        if (_offerer.Ice.Options.IsLite) _topology = new Topology(Place.Open, _topology.Answerer with { Obstacles = [.. _topology.Answerer.Obstacles.Skip(_topology.Shared)] });
        if (_answerer.Ice.Options.IsLite) _topology = new Topology(_topology.Offerer, Place.Open);
        int latency = 10 + _random.Next(300);
        _signalingLatency = TimeSpan.FromMilliseconds(latency);
        _signaling = new Signaling(_network, _offerer.Ice, _answerer.Ice, latency) { EndsCandidates = false };
        Trace($"{_topology}, {link}, signals take {latency} ms{(_renominates ? "" : ", one nomination")}{(lite is null ? "" : ", one lite")}");
    }

    // One relay is enough, if the other side can send to it.
    private bool CanRelay =>
        (_offerer.HasRelay && (_answerer.HasRelay || !_topology.Answerer.BlocksUdp)) || (_answerer.HasRelay && !_topology.Offerer.BlocksUdp);

    /// <summary>Runs one.</summary>
    /// <param name="seed">What everything is drawn from.</param>
    /// <param name="trace">Is told what happens; null where nobody wants to know.</param>
    public static RunResult Play(ulong seed, Action<string>? trace = null)
    {
        RandomRun? run = null;
        try
        {
            run = new RandomRun(seed, trace);
            string? fault = run.Play();
            return new RunResult(seed, fault is null ? null : $"{fault}\n ({run._topology}){run._offerer}{run._answerer}", run._meetings);
        }
#pragma warning disable CA1031 // Whatever it is, it is a fault of this seed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new RunResult(seed, $"({run?._topology}): {exception}", run?._meetings ?? []);
        }
    }

    private string? Play()
    {
        Site first = _surroundings.Build(_topology.Offerer);
        _offerer.Arrive(_surroundings, _topology.Offerer, first);
        _answerer.Arrive(_surroundings, _topology.Answerer, _surroundings.Build(_topology.Answerer, first, _topology.Shared));
        if (Meet() is { } fault) return fault;

        int turns = _random.Next(3);
        for (int turn = 1; turn <= turns; turn++)
        {
            _network.Run(TimeSpan.FromSeconds(_random.Next(100)));
            int what = _random.Next(3);
            if (what > 0) Move(what == 1 ? _offerer : _answerer);
            Trace($"restart, {_topology}");
            _offerer.Ice.Do(agent => agent.Restart(_network.Now));
            if (Meet() is { } later) return $"turn {turn}: {later}";
        }

        return null;
    }

    private void Move(RunPeer peer)
    {
        if (peer.Ice.Options.IsLite) return;

        bool isOfferer = peer == _offerer;
        RunPeer other = isOfferer ? _answerer : _offerer;
        peer.Leave();
        _topology = _topology.WithMoved(isOfferer, _random);
        Place place = isOfferer ? _topology.Offerer : _topology.Answerer;
        peer.Arrive(_surroundings, place, _surroundings.Build(place, other.Site, _topology.Shared));
    }

    private string? Meet()
    {
        _offerer.Witness.HadRoute = _answerer.Witness.HadRoute = false;
        MonotonicTime start = _signaling.Offer();
        bool hasRoutes = _network.RunUntil(HasRoutes, ShortWait);
        TimeSpan time = _network.Now - start;
        _network.Run(ShortWait - time);
        _signaling.EndCandidates();
        if (!hasRoutes && _network.RunUntil(() => HasRoutes() || IsSettled(), Deadline)) time = _network.Now - start;
        _network.RunUntil(IsSettled, Deadline - (_network.Now - start));
        Trace($"{_offerer.Ice.Agent.State} {_offerer.Ice.Agent.Route}, {_answerer.Ice.Agent.State} {_answerer.Ice.Agent.Route}");
        return Judge(time);
    }

    private string? Judge(TimeSpan time)
    {
        bool isPossible = DirectPath.IsPossible(_topology);
        if (!isPossible && !CanRelay)
        {
            _meetings.Add(new RunMeeting(RunOutcome.Failed, time));
            return FindFaultOfFailure(_offerer) ?? FindFaultOfFailure(_answerer);
        }

        if (!IsSettled()) return $"not settled: {_offerer.Ice.Agent.State}, {_answerer.Ice.Agent.State}";
        if (!HasRoutes()) return $"no path: {_offerer.Ice.Agent.Failure}, {_answerer.Ice.Agent.Failure}";
        if (!DataComesThrough()) return "no data comes through";

        bool isDirect = _offerer.IsDirect(_answerer) && _answerer.IsDirect(_offerer);
        _meetings.Add(new RunMeeting(isDirect ? RunOutcome.Direct : RunOutcome.Relayed, time));
        if (isPossible && _renominates && !isDirect) return "a direct path was not used";
        return !isPossible && isDirect ? "the oracle is wrong" : null;
    }

    private string? FindFaultOfFailure(RunPeer peer)
    {
        if (peer.Ice.Agent.State != IceAgentState.Failed) return $"there is no path, and it says {peer.Ice.Agent.State}";
        if (peer.Ice.Agent.Failure is not { } failure) return "a failure without a reason";

        RunPeer other = peer == _offerer ? _answerer : _offerer;
        Place place = peer == _offerer ? _topology.Offerer : _topology.Answerer;
        return peer.Witness.Confirms(failure.Reason, place, peer.Ice.Options.IsLite, peer.Ice.Agent.LocalCandidates.Count, other.Ice.Agent.LocalCandidates.Count)
            ? null
            : $"a reason that is not true: {failure.Text}";
    }

    private bool HasRoutes()
    {
        _offerer.Witness.HadRoute |= _offerer.Ice.Agent.Route is not null;
        _answerer.Witness.HadRoute |= _answerer.Ice.Agent.Route is not null;
        return _offerer.Ice.Agent.Route is not null && _answerer.Ice.Agent.Route is not null;
    }

    private bool IsSettled() => _offerer.IsDone && _answerer.IsDone;

    private bool DataComesThrough()
    {
        int atOfferer = _offerer.Ice.Data.Count, atAnswerer = _answerer.Ice.Data.Count;
        for (int i = 0; i < 40; i++)
        {
            _offerer.Ice.Send(0x80, 1);
            _answerer.Ice.Send(0x80, 2);
            _network.Run(TimeSpan.FromMilliseconds(100));
            if (_offerer.Ice.Data.Count > atOfferer && _answerer.Ice.Data.Count > atAnswerer) return true;
        }

        return false;
    }

    private RunPeer MakePeer(byte number, IceRole usual, IceRole? lite, Link link, bool renominates, CheckPacer pacer)
    {
        bool isLite = lite == usual;
        IceRole role = _random.Next(10) > 0 ? usual : (IceRole)_random.Next(2);
        var host = new Host(_network);
        var ice = new IcePeer(_network, host, role, number, Configure, pacer);
        var peer = new RunPeer(_network, ice, host, link);
        if (!isLite && _random.Next(10) < 7) peer.AddRelay(number);
        return peer;

        void Configure(IceAgentOptions options)
        {
            options.Renomination = renominates;
            options.IsLite = isLite;
        }
    }

    private Link DrawLink()
    {
        bool isLossy = _random.Next(2) == 0;
        return new Link
        {
            Latency = TimeSpan.FromMilliseconds(1 + _random.Next(80)),
            Jitter = TimeSpan.FromMilliseconds(_random.Next(30)),
            Loss = isLossy ? _random.Next(100) / 1000.0 : 0, // Two links: up to a fifth of what is sent.
            Duplication = isLossy ? _random.Next(50) / 1000.0 : 0,
            Mtu = 500 + _random.Next(1000),
        };
    }

    private void Trace(string what) => _trace?.Invoke($"{_network.Now} {what}");
}
