using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Simulation.Runs;

/// <summary>
/// Two peers anywhere, with any luck, drawn from one number: they gather and meet, and may move or restart. What is wrong is said; nothing is where nothing is.
/// </summary>
public sealed class RandomRun
{
    // The patience of RFC 8863 and of a STUN transaction, all checks of a pair, and what candidates of the last moment add.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(39.5 + 31.85 + 10), Steady = TimeSpan.FromSeconds(5);

    private readonly VirtualNetwork _network;
    private readonly RandomSource _random;
    private readonly Surroundings _surroundings;
    private readonly RunPeer _offerer, _answerer;
    private readonly TimeSpan _signaling;
    private readonly List<RunMeeting> _meetings = [];
    private readonly Action<string>? _trace;
    private Topology _topology;

    private RandomRun(ulong seed, Action<string>? trace)
    {
        _network = new VirtualNetwork(seed);
        _random = RandomSource.Seeded(seed ^ 0x5EED);
        _surroundings = new Surroundings(_network);
        _trace = trace;
        if (trace is not null) _network.Sniffer = packet => Trace(PacketText.Of(in packet));

        var servers = new RunServers(_network);
        Link link = DrawLink();
        bool renominate = _random.Next(5) > 0;
        int lite = _random.Next(32);
        _offerer = MakePeer(servers, link, RunTraits.Draw(_random, 0, lite == 0, renominate));
        _answerer = MakePeer(servers, link, RunTraits.Draw(_random, 1, lite == 1, renominate || _random.Next(5) > 0));
        _topology = DrawTopology();
        _signaling = TimeSpan.FromMilliseconds(10 + _random.Next(300));
        Trace($"{this}, {link}, signals take {_signaling.TotalMilliseconds} ms");
    }

    private bool IsDirectPossible => !_offerer.Traits.RelayOnly && !_answerer.Traits.RelayOnly && DirectPath.IsPossible(_topology);

    // One relay is enough, if the other side can send to it.
    private bool IsRelayPossible =>
        (_offerer.Traits.HasRelay && (_answerer.Traits.HasRelay || !_topology.Answerer.BlocksUdp)) || (_answerer.Traits.HasRelay && !_topology.Offerer.BlocksUdp);

    private bool Renominate => _offerer.Traits.Renominates && _answerer.Traits.Renominates;

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
            return new RunResult(seed, fault is null ? null : $"{fault} ({run}){run._offerer}{run._answerer}", run._meetings);
        }
#pragma warning disable CA1031 // Whatever it is, it is a fault of this seed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new RunResult(seed, $"({run}): {exception}", run?._meetings ?? []);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{_topology}; {_offerer.Traits}; {_answerer.Traits}";

    private string? Play()
    {
        Site first = _surroundings.Build(_topology.Offerer);
        _offerer.Arrive(_surroundings, _topology.Offerer, first);
        _answerer.Arrive(_surroundings, _topology.Answerer, _surroundings.Build(_topology.Answerer, first, _topology.Shared));
        if (_random.Next(2) == 0) _network.Run(TimeSpan.FromSeconds(_random.Next(20)));
        _offerer.Offer(_answerer, _signaling);
        if (Meet() is { } fault) return fault;

        int turns = _random.Next(3);
        for (int turn = 1; turn <= turns; turn++)
        {
            if (Idle() is { } idle) return $"turn {turn}: {idle}";
            Turn();
            if (Meet() is { } later) return $"turn {turn}: {later}";
        }

        return null;
    }

    /// <summary>Nothing happens for a while, after which a path is still there.</summary>
    private string? Idle()
    {
        _network.Run(TimeSpan.FromSeconds(_random.Next(100)));
        if (_meetings[^1].Outcome == RunOutcome.Failed) return null;
        return _offerer.HasRoute && _answerer.HasRoute && DataComesThrough() ? null : "a path was lost for no reason";
    }

    /// <summary>One moves, or nobody, and one begins anew, or both at once.</summary>
    private void Turn()
    {
        int what = _random.Next(3), who = _random.Next(4);
        if (what > 0) Move(isOfferer: what == 1);
        Trace($"restart: {this}");
        if (who != 1) _offerer.Restart();
        if (who is 1 or 2) _answerer.Restart();
    }

    private void Move(bool isOfferer)
    {
        (RunPeer peer, RunPeer other) = isOfferer ? (_offerer, _answerer) : (_answerer, _offerer);
        if (peer.Traits.IsLite) return;

        peer.Leave();
        _topology = _topology.WithMoved(isOfferer, _random);
        Place place = isOfferer ? _topology.Offerer : _topology.Answerer;
        peer.Arrive(_surroundings, place, _surroundings.Build(place, other.Site, _topology.Shared));
    }

    private string? Meet()
    {
        bool isFirst = _meetings.Count == 0, isDirectPossible = IsDirectPossible, isRelayPossible = IsRelayPossible;
        RunOutcome expected = isDirectPossible ? RunOutcome.Direct : isRelayPossible ? RunOutcome.Relayed : RunOutcome.Failed;
        MonotonicTime start = _network.Now;
        bool hasMet = _network.RunUntil(() => HaveMet(expected, start), Deadline);
        if (!hasMet && expected == RunOutcome.Failed)
        {
            if (_offerer.HasLostRelaySince(start) || _answerer.HasLostRelaySince(start)) hasMet = _network.RunUntil(() => HaveMet(expected, start), Deadline);

            // What luck has found once goes on after a restart that does not find it again.
            if (!hasMet && _topology.HasGuessablePorts && _offerer.IsDirect && _answerer.IsDirect)
            {
                _meetings.Add(new RunMeeting(RunOutcome.Direct, TimeSpan.Zero));
                return DataComesThrough() ? null : "no data comes through";
            }
        }

        TimeSpan time = isFirst && expected != RunOutcome.Failed ? RoutesAfter(start) : TimeSpan.Zero;
        Trace($"{expected}: {_offerer.Agent.State} {_offerer.Agent.Route}, {_answerer.Agent.State} {_answerer.Agent.Route}");
        if (!hasMet) return $"{expected} was possible; it became {Told(_offerer)}, {Told(_answerer)}";
        if (expected == RunOutcome.Failed)
        {
            _meetings.Add(new RunMeeting(RunOutcome.Failed, isFirst ? _network.Now - start : TimeSpan.Zero));
            return FindFaultOfFailure(_offerer, _topology.Offerer, _answerer) ?? FindFaultOfFailure(_answerer, _topology.Answerer, _offerer);
        }

        _network.Run(Steady);
        if (!HaveMet(expected, start)) return $"it did not stay {expected}: {Told(_offerer)}, {Told(_answerer)}";
        if (!DataComesThrough()) return "no data comes through";

        bool isDirect = _offerer.IsDirect && _answerer.IsDirect;
        _meetings.Add(new RunMeeting(isDirect ? RunOutcome.Direct : RunOutcome.Relayed, time));
        return isDirect && !isDirectPossible && !_topology.HasGuessablePorts ? "the oracle is wrong" : null;
    }

    private bool HaveMet(RunOutcome expected, MonotonicTime start)
    {
        _offerer.Witness.HadRoute |= _offerer.HasRoute;
        _answerer.Witness.HadRoute |= _answerer.HasRoute;
        if (!_offerer.IsWith(_answerer) || !_answerer.IsWith(_offerer)) return false;
        if (expected == RunOutcome.Failed) return _offerer.HasFailed && _answerer.HasFailed;
        bool isHaunted = _offerer.IsHauntedBy(_answerer) || _answerer.IsHauntedBy(_offerer);
        if (expected == RunOutcome.Direct && Renominate && !isHaunted && !(_offerer.IsDirect && _answerer.IsDirect)) return false;
        return _offerer.IsConnectedSince(start) && _answerer.IsConnectedSince(start);
    }

    private TimeSpan RoutesAfter(MonotonicTime start) => TimeSpan.FromTicks(Math.Max((_offerer.RouteAt - start).Ticks, (_answerer.RouteAt - start).Ticks));

    private static string Told(RunPeer peer) => $"{peer.Agent.State} {(peer.HasRoute ? peer.IsDirect ? "direct" : "relayed" : peer.Agent.Failure?.Text)}";

    private static string? FindFaultOfFailure(RunPeer peer, Place place, RunPeer other)
    {
        if (peer.Agent.Failure is not { } failure) return "a failure without a reason";
        if (peer.Traits is { TurnServer: not null, HasRelay: false } && !peer.HasHeardOfCredential) return "nothing is said of the wrong password";
        return peer.Witness.Confirms(failure.Reason, place, peer.Traits.IsLite, peer.Candidates, other.Candidates)
            ? null
            : $"a reason that is not true: {failure.Text}";
    }

    private bool DataComesThrough()
    {
        int atOfferer = _offerer.DataCount, atAnswerer = _answerer.DataCount;
        for (int i = 0; i < 40; i++)
        {
            _offerer.Send();
            _answerer.Send();
            _network.Run(TimeSpan.FromMilliseconds(100));
            if (_offerer.DataCount > atOfferer && _answerer.DataCount > atAnswerer) return true;
        }

        return false;
    }

    private RunPeer MakePeer(RunServers servers, Link link, RunTraits traits) =>
        new(_network, servers, traits, link, RandomSource.Seeded(_network.Seed * 2 + (ulong)traits.Number));

    // A lite agent stands where everybody reaches it.
    private Topology DrawTopology()
    {
        var topology = Topology.Draw(_random);
        if (_offerer.Traits.IsLite) return new Topology(Place.Open, Place.Draw(_random));
        return _answerer.Traits.IsLite ? new Topology(topology.Offerer, Place.Open) : topology;
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
