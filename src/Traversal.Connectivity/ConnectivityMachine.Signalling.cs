using Traversal.Connectivity.Gathering;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Connectivity;

/// <content>What the other side says.</content>
public sealed partial class ConnectivityMachine
{
    private readonly List<TransportAddress> _peers = [];

    // After a restart the peer has others: what still comes with these was sent before it knew.
    private string? _formerPeer;

    /// <inheritdoc cref="IceAgent.SetRemoteParameters"/>
    public bool SetRemoteParameters(IceParameters parameters, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Ufrag == _formerPeer) return true;

        string ufrag = Agent.LocalParameters.Ufrag;
        bool isWellFormed = Agent.SetRemoteParameters(parameters, now);
        if (ufrag != Agent.LocalParameters.Ufrag) BeginAnew(now);
        Settle(now);
        return isWellFormed;
    }

    /// <summary>
    /// Adds a candidate of the peer, at any time. TURN servers are asked to let it in at once, before the first check to it. One with a name in the place of an
    /// address, as multicast DNS has it, is ignored.
    /// </summary>
    public IceCandidateVerdict AddRemoteCandidate(IceCandidate candidate, MonotonicTime now)
    {
        IceCandidateVerdict verdict = Agent.AddRemoteCandidate(candidate, now);
        if (verdict is IceCandidateVerdict.Added or IceCandidateVerdict.Known) Expect(candidate.Address, now);
        Settle(now);
        return verdict;
    }

    /// <inheritdoc cref="IceAgent.EndRemoteCandidates"/>
    public void EndRemoteCandidates(MonotonicTime now)
    {
        Agent.EndRemoteCandidates(now);
        Settle(now);
    }

    /// <summary>
    /// Begins anew with other credentials, and asks the STUN servers again. The path that there is goes on being used until the new session has one.
    /// <see cref="IceAgent.LocalParameters"/> and <see cref="LocalCandidates"/> are to be signalled.
    /// </summary>
    public void Restart(MonotonicTime now)
    {
        _formerPeer = Agent.RemoteParameters?.Ufrag ?? _formerPeer;
        Agent.Restart(now);
        BeginAnew(now);
        Settle(now);
    }

    // The peer will say which addresses it has by now. Of the former ones, and of those that showed themselves from there, relays go on letting in the one at
    // the end of the path.
    private void BeginAnew(MonotonicTime now)
    {
        foreach (TransportAddress peer in _peers)
        {
            foreach (Relay relay in _relays) relay.Allocation?.Forget(in peer, now);
        }

        _peers.Clear();
        if (Agent.Route is { } path && FindRelay(path.Local)?.Allocation is { } allocation)
        {
            _peers.Add(path.Remote);
            allocation.BindChannel(path.Remote, now);
        }

        AskAgain();
    }

    // What a NAT maps may be another address by now.
    private void AskAgain()
    {
        foreach (Binding binding in _bindings)
        {
            if (!binding.IsAsking && !_waiting.Contains((binding, null))) _waiting.Enqueue((binding, null));
        }
    }

    private void Expect(in TransportAddress peer, MonotonicTime now)
    {
        if (_peers.Count == ConnectivityLimits.MaxPeers || _peers.Contains(peer)) return;

        _peers.Add(peer);
        foreach (Relay relay in _relays)
        {
            if (relay.Allocation is { } allocation) Permit(allocation, in peer, now);
        }
    }

    // A server refuses a request whole, and most refuse addresses that are not public: such a peer must not delay the others, and is asked for when it is
    // checked, if ever.
    private static void Permit(TurnAllocation allocation, in TransportAddress peer, MonotonicTime now)
    {
        if (!AddressScope.IsLocal(in peer) || AddressScope.IsLocal(allocation.RelayedAddress)) allocation.Permit(in peer, now);
    }
}
