using Traversal.Primitives;
using Traversal.Simulation;

namespace Traversal.Ice.Tests;

/// <summary>What carries parameters and candidates between two agents: offer, answer, and candidates as they come.</summary>
internal sealed class Signaling
{
    private readonly VirtualNetwork _network;
    private readonly TimeSpan _latency;
    private readonly IcePeer _offerer;
    private readonly IcePeer _answerer;
    private bool _isOffered, _isAnswered;

    public Signaling(VirtualNetwork network, IcePeer offerer, IcePeer answerer, double milliseconds)
    {
        _network = network;
        _latency = TimeSpan.FromMilliseconds(milliseconds);
        _offerer = offerer;
        _answerer = answerer;
        offerer.OnCandidate = candidate =>
        {
            if (_isOffered) Later(() => answerer.Take(null, [candidate], isAll: false));
        };
        answerer.OnCandidate = candidate =>
        {
            if (_isAnswered) Later(() => offerer.Take(null, [candidate], isAll: false));
        };
    }

    /// <summary>The candidates that are signalled; the rest is kept back.</summary>
    public Func<IceCandidate, bool> Filter { get; set; } = _ => true;

    /// <summary>Whether each side says that there will be no more.</summary>
    public bool EndsCandidates { get; set; } = true;

    /// <summary>Sends the offer; the answer goes when it has come.</summary>
    public MonotonicTime Offer()
    {
        _isOffered = true;
        IceParameters parameters = _offerer.Agent.LocalParameters;
        IceCandidate[] candidates = [.. _offerer.Agent.LocalCandidates.Where(Filter)];
        if (EndsCandidates) _offerer.Do(agent => agent.EndLocalCandidates(_network.Now));
        Later(() =>
        {
            _answerer.Take(parameters, candidates, EndsCandidates);
            Answer();
        });
        return _network.Now;
    }

    private void Answer()
    {
        _isAnswered = true;
        IceParameters parameters = _answerer.Agent.LocalParameters;
        IceCandidate[] candidates = [.. _answerer.Agent.LocalCandidates.Where(Filter)];
        if (EndsCandidates) _answerer.Do(agent => agent.EndLocalCandidates(_network.Now));
        Later(() => _offerer.Take(parameters, candidates, EndsCandidates));
    }

    private void Later(Action action) => _network.Schedule(_latency, action);
}
