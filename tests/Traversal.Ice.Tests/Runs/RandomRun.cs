using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>
/// Two peers anywhere, with any luck, drawn from one number: they meet, and may move or restart. What is wrong is said; nothing is where nothing is.
/// </summary>
internal sealed class RandomRun
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(4);

    private readonly VirtualNetwork _network;
    private readonly RandomSource _random;
    private readonly RunPeer _offerer, _answerer;
    private readonly Signaling _signaling;
    private readonly bool _renominates;

    private RandomRun(ulong seed)
    {
        _network = new VirtualNetwork(seed);
        _random = RandomSource.Seeded(seed ^ 0x5EED);
        Link link = DrawLink();
        _ = new ReflectingServer(new Host(_network, _network.Internet, in IceScene.Server), in IceScene.Server);
        _renominates = _random.Next(5) > 0;
        var pacer = new CheckPacer();
        _offerer = new RunPeer(_network, _random, 1, DrawRole(IceRole.Controlling), link, _renominates, pacer);
        _answerer = new RunPeer(_network, _random, 2, DrawRole(IceRole.Controlled), link, _random.Next(5) > 0 || _renominates, pacer);
        _signaling = new Signaling(_network, _offerer.Ice, _answerer.Ice, 10 + _random.Next(300)) { EndsCandidates = false };
    }

    /// <summary>Runs one; null is well.</summary>
    public static string? FindFault(ulong seed)
    {
        RandomRun? run = null;
        try
        {
            run = new RandomRun(seed);
            return run.Play() is { } fault ? $"seed {seed} ({run}): {fault}{run._offerer}{run._answerer}" : null;
        }
#pragma warning disable CA1031 // Whatever it is, it is a fault of this seed.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return $"seed {seed} ({run}): {exception}";
        }
    }

    public override string ToString() => $"{_offerer.Place} x {_answerer.Place}";

    private string? Play()
    {
        _offerer.Arrive();
        _answerer.Arrive();
        if (Meet() is { } fault) return fault;

        int turns = _random.Next(3);
        for (int turn = 1; turn <= turns; turn++)
        {
            _network.Run(TimeSpan.FromSeconds(_random.Next(100)));
            int what = _random.Next(3);
            if (what > 0) (what == 1 ? _offerer : _answerer).Move();
            _offerer.Ice.Do(agent => agent.Restart(_network.Now));
            if (Meet() is { } later) return $"turn {turn} ({this}): {later}";
        }

        return null;
    }

    private string? Meet()
    {
        _signaling.Offer();
        _network.Run(TimeSpan.FromSeconds(3));
        _signaling.EndCandidates();
        _network.Run(TimeSpan.FromSeconds(1));
        bool isSettled = _network.RunUntil(() => _offerer.Ice.IsSettled && _answerer.Ice.IsSettled, Longest);
        bool isDirect = DirectPath.IsPossible(_offerer.Place, _answerer.Place);
        if (!isDirect && !CanRelay) return MustHaveFailed();

        if (!isSettled) return $"not settled: {_offerer.Ice.Agent.State}, {_answerer.Ice.Agent.State}";
        if (_offerer.Ice.Agent.Route is null || _answerer.Ice.Agent.Route is null)
            return $"no path: {_offerer.Ice.Agent.Failure}, {_answerer.Ice.Agent.Failure}";
        if (!DataComesThrough()) return "no data comes through";
        if (isDirect && _renominates && (!_offerer.IsDirect(_answerer) || !_answerer.IsDirect(_offerer))) return "a direct path was not used";
        return !isDirect && _offerer.IsDirect(_answerer) && _answerer.IsDirect(_offerer) ? "the oracle is wrong" : null;
    }

    // One relay is enough, if the other side can send to it.
    private bool CanRelay =>
        (_offerer.HasRelay && (_answerer.HasRelay || !_answerer.Place.BlocksUdp)) || (_answerer.HasRelay && !_offerer.Place.BlocksUdp);

    private string? MustHaveFailed()
    {
        foreach (RunPeer peer in new[] { _offerer, _answerer })
        {
            if (peer.Ice.Agent.State != IceAgentState.Failed) return $"there is no path, and it says {peer.Ice.Agent.State}";
            if (peer.Ice.Agent.Failure is not { } failure) return "a failure without a reason";
            if (failure.Reason is IceFailureReason.WrongPassword or IceFailureReason.Refused) return $"a reason that is not true: {failure.Text}";
        }

        return null;
    }

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

    private Link DrawLink()
    {
        bool isLossy = _random.Next(2) == 0;
        return new Link
        {
            Latency = TimeSpan.FromMilliseconds(1 + _random.Next(80)),
            Jitter = TimeSpan.FromMilliseconds(_random.Next(30)),
            Loss = isLossy ? _random.Next(100) / 1000.0 : 0, // Two links: up to a fifth of what is sent.
            Duplication = isLossy ? _random.Next(50) / 1000.0 : 0,
        };
    }

    private IceRole DrawRole(IceRole usual) => _random.Next(10) > 0 ? usual : (IceRole)_random.Next(2);
}
