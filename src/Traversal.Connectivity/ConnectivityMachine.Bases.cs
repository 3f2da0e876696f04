using Traversal.Connectivity.Gathering;
using Traversal.Ice;
using Traversal.Primitives;

namespace Traversal.Connectivity;

/// <content>The addresses of this machine, and the candidates that come of them.</content>
public sealed partial class ConnectivityMachine
{
    private readonly List<TransportAddress> _bases = [];
    private readonly List<(IceCandidate Signalled, TransportAddress Base)> _candidates = [];

    /// <summary>The bases, in the order in which they came.</summary>
    public IReadOnlyList<TransportAddress> Bases => _bases;

    /// <summary>The candidates of this side, as they are signalled; after a restart they are signalled again.</summary>
    public IReadOnlyList<IceCandidate> LocalCandidates => [.. _candidates.Select(candidate => candidate.Signalled)];

    /// <summary>Adds the address of a socket; servers are asked from it at once. The first ones are preferred.</summary>
    /// <returns>False where there are too many, or it is known.</returns>
    /// <exception cref="ArgumentException">The address or its port is missing.</exception>
    public bool AddBase(in TransportAddress local, MonotonicTime now)
    {
        if (local.IsNone || local.IsUnspecified || local.Port == 0) throw new ArgumentException("A base is an address of this machine with a port.", nameof(local));
        if (_isClosing || _bases.Count == ConnectivityLimits.MaxBases || _bases.Contains(local)) return false;

        _bases.Add(local);
        if (_options.Policy == CandidatePolicy.All) AddCandidate(IceLocalCandidate.Host(in local), now);
        foreach (TransportAddress server in _stunServers) AskFrom(in local, in server);
        foreach (TurnSource source in _turnSources) AllocateFrom(in local, source, now);
        Settle(now);
        return true;
    }

    /// <summary>Says that a socket, or its address, is gone. What was reached by it alone is lost; an allocation that is mobile goes on from another base.</summary>
    public void RemoveBase(in TransportAddress local, MonotonicTime now)
    {
        TransportAddress gone = local;
        if (!_bases.Remove(gone)) return;

        _bindings.RemoveAll(binding => binding.Base == gone);
        RemoveCandidates(in gone, now);
        foreach (Relay relay in _relays.FindAll(relay => !relay.IsStream && relay.Base == gone)) LeaveBase(relay, now);
        Settle(now);
    }

    private void AddCandidate(in IceLocalCandidate candidate, MonotonicTime now)
    {
        if (Agent.AddLocalCandidate(in candidate, now) is not { } added) return;

        IceCandidate signalled = Disguise(added);
        _candidates.Add((signalled, candidate.Base));
        Raise(new ConnectivityEvent(ConnectivityEventKind.CandidateGathered, now) { Candidate = signalled, Server = candidate.Server });
    }

    private void RemoveCandidates(in TransportAddress baseAddress, MonotonicTime now)
    {
        TransportAddress gone = baseAddress;
        _candidates.RemoveAll(candidate => candidate.Base == gone);
        Agent.RemoveLocalCandidate(in gone, now);
    }

    private void Withdraw(in TransportAddress mapped, in TransportAddress baseAddress)
    {
        (TransportAddress outdated, TransportAddress itsBase) = (mapped, baseAddress);
        _candidates.RemoveAll(candidate => candidate.Signalled.Address == outdated && candidate.Base == itsBase);
        Agent.WithdrawLocalCandidate(in outdated, in itsBase);
    }

    // What the policy keeps from the peer does not stand in raddr either (RFC 8839 section 5.1).
    private IceCandidate Disguise(IceCandidate candidate)
    {
        if (_options.Policy == CandidatePolicy.All || candidate.RelatedAddress.IsNone) return candidate;

        const ushort Discard = 9;
        bool isIPv4 = candidate.Address.IsIPv4;
        return candidate with { RelatedAddress = isIPv4 ? TransportAddress.FromIPv4(0, Discard) : TransportAddress.FromIPv6(0, 0, Discard) };
    }
}
