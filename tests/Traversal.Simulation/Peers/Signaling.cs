using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Simulation;

/// <summary>What carries parameters and candidates between two agents: offer, answer, and candidates as they come.</summary>
public sealed class Signaling
{
    private readonly VirtualNetwork _network;
    private readonly TimeSpan _latency;
    private readonly IcePeer _offerer;
    private readonly IcePeer _answerer;
    private readonly List<IceCandidate> _dead = [];
    private bool _isOffered, _isAnswered;

    /// <summary>A way for signals.</summary>
    /// <param name="network">The network.</param>
    /// <param name="offerer">Who begins.</param>
    /// <param name="answerer">Who answers.</param>
    /// <param name="milliseconds">How long a signal takes.</param>
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

    /// <summary>Changes what each side hears of the other.</summary>
    public Func<IceParameters, IceParameters> ChangeParameters { get; set; } = parameters => parameters;

    /// <summary>Whether each side says that there will be no more.</summary>
    public bool EndsCandidates { get; set; } = true;

    /// <summary>Has each side signal candidates of the highest priority where nobody is.</summary>
    public void AddDeadCandidates(int count)
    {
        for (uint i = 0; i < count; i++)
        {
            _dead.Add(new IceCandidate
            {
                Foundation = $"dead{i}",
                Priority = int.MaxValue - i,
                Address = TransportAddress.FromIPv4(0xC0A8_0001 + i, 9000),
                Kind = IceCandidateKind.Host,
            });
        }
    }

    /// <summary>Sends the offer; the answer goes when it has come.</summary>
    public MonotonicTime Offer()
    {
        _isOffered = true;
        IceParameters parameters = ChangeParameters(_offerer.Agent.LocalParameters);
        IceCandidate[] candidates = [.. _dead, .. _offerer.Agent.LocalCandidates.Where(Filter)];
        if (EndsCandidates) _offerer.Do(agent => agent.EndLocalCandidates(_network.Now));
        Later(() =>
        {
            _answerer.Take(parameters, candidates, EndsCandidates);
            Answer();
        });
        return _network.Now;
    }

    /// <summary>Both sides say that there will be no more candidates.</summary>
    public void EndCandidates()
    {
        _offerer.Do(agent => agent.EndLocalCandidates(_network.Now));
        _answerer.Do(agent => agent.EndLocalCandidates(_network.Now));
        Later(() =>
        {
            _offerer.Take(null, [], isAll: true);
            _answerer.Take(null, [], isAll: true);
        });
    }

    private void Answer()
    {
        _isAnswered = true;
        IceParameters parameters = ChangeParameters(_answerer.Agent.LocalParameters);
        IceCandidate[] candidates = [.. _dead, .. _answerer.Agent.LocalCandidates.Where(Filter)];
        if (EndsCandidates) _answerer.Do(agent => agent.EndLocalCandidates(_network.Now));
        Later(() => _offerer.Take(parameters, candidates, EndsCandidates));
    }

    private void Later(Action action) => _network.Schedule(_latency, action);
}
