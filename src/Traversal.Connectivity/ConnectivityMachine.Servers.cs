using Traversal.Connectivity.Gathering;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Connectivity;

/// <content>STUN servers (RFC 8445 section 5.1.1.2): each is asked from each base.</content>
public sealed partial class ConnectivityMachine
{
    private readonly List<TransportAddress> _stunServers = [];
    private readonly List<Binding> _bindings = [];

    // What begins when there is a token for it (RFC 8445 section 14).
    private readonly Queue<(Binding? Binding, Relay? Relay)> _waiting = new();

    private bool IsGathering => _waiting.Count > 0 || _bindings.Exists(binding => !binding.IsSettled) || _relays.Exists(relay => !relay.IsSettled);

    /// <summary>Adds a STUN server.</summary>
    /// <returns>False where there are too many, or it is known.</returns>
    public bool AddStunServer(in TransportAddress server, MonotonicTime now)
    {
        if (_isClosing || _stunServers.Count == ConnectivityLimits.MaxStunServers || _stunServers.Contains(server)) return false;

        _stunServers.Add(server);
        _hasFinished = false;
        foreach (TransportAddress local in _bases) AskFrom(in local, in server);
        Settle(now);
        return true;
    }

    /// <summary>
    /// Says that all bases, servers and links that there are have been named: <see cref="ConnectivityEventKind.GatheringFinished"/> follows when the last one
    /// has answered or has not. More may be named later.
    /// </summary>
    public void EndSources(MonotonicTime now)
    {
        _hasAllSources = true;
        Settle(now);
    }

    private void AskFrom(in TransportAddress local, in TransportAddress server)
    {
        if (_options.Policy == CandidatePolicy.RelayOnly || !MayReach(in local, in server) || _bindings.Count == ConnectivityLimits.MaxBindings) return;

        (TransportAddress itsBase, TransportAddress itsServer) = (local, server);
        if (_bindings.Exists(known => known.Base == itsBase && known.Server == itsServer)) return;

        var binding = new Binding(local, server);
        _bindings.Add(binding);
        _waiting.Enqueue((binding, null));
        _hasFinished = false;
    }

    // What is of this machine alone reaches nobody else, and a link-local address nobody that is further away.
    private static bool MayReach(in TransportAddress local, in TransportAddress server) =>
        local.Family == server.Family && local.IsLoopback == server.IsLoopback && AddressScope.IsLinkLocal(in local) == AddressScope.IsLinkLocal(in server);

    /// <summary>Begins what waits for its turn, as far as there are tokens.</summary>
    /// <returns>Whether anything was begun.</returns>
    private bool TryBegin(MonotonicTime now)
    {
        if (!_waiting.TryPeek(out (Binding? Binding, Relay? Relay) next)) return false;

        bool isWanted = next.Binding is { } binding ? _bindings.Contains(binding) : _relays.Contains(next.Relay!);
        if (isWanted && !_pacer.TryTake(now)) return false;

        _waiting.Dequeue();
        if (isWanted) next.Binding?.Begin(_options.StunSchedule, _random, now);
        if (isWanted) next.Relay?.Begin(_options, _random, now);
        return true;
    }

    private void WatchBindings(MonotonicTime now)
    {
        foreach (Binding binding in _bindings)
        {
            if (binding.OnTime(now)) Fail(binding, TurnFailureReason.TimedOut, StunErrorCode.None, now);
            if (!binding.IsAsking && binding.RefreshAt <= now) Refresh(binding, now);
        }
    }

    // Once there is a nominated pair, what is not used may end (RFC 8445 section 5.1.1.4); a restart asks again.
    private void Refresh(Binding binding, MonotonicTime now)
    {
        binding.RefreshAt = MonotonicTime.Never;
        if (Agent.State is not (IceAgentState.Completed or IceAgentState.Failed)) binding.Begin(_options.StunSchedule, _random, now);
    }

    private void OnAnswer(Binding binding, scoped in StunMessage answer, MonotonicTime now)
    {
        if (!binding.TryRead(in answer, out TransportAddress mapped, out StunErrorCode error))
        {
            Fail(binding, error == StunErrorCode.None ? TurnFailureReason.BadResponse : TurnFailureReason.Refused, error, now);
            return;
        }

        binding.IsSettled = true;
        binding.RefreshAt = now + ConnectivityLimits.KeepaliveInterval;
        AddCandidate(IceLocalCandidate.ServerReflexive(in mapped, binding.Base, binding.Server), now);

        TransportAddress before = binding.Mapped;
        binding.Mapped = mapped;
        if (!before.IsNone && !_bindings.Exists(other => other.Base == binding.Base && other.Mapped == before)) Withdraw(in before, binding.Base);
    }

    private void Fail(Binding binding, TurnFailureReason reason, StunErrorCode error, MonotonicTime now)
    {
        if (!binding.IsSettled)
        {
            var failure = new ServerFailure(binding.Server, IsTurn: false, new TurnFailure(reason, error)) { Base = binding.Base };
            Raise(new ConnectivityEvent(ConnectivityEventKind.ServerFailed, now) { Server = binding.Server, Failure = failure });
        }

        binding.IsSettled = true;
    }
}
