using Traversal.Connectivity.Gathering;
using Traversal.Ice;
using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Client;

namespace Traversal.Connectivity;

/// <content>TURN servers (RFC 8445 section 5.1.1.2): one allocation for each base or link.</content>
public sealed partial class ConnectivityMachine
{
    private readonly List<TurnSource> _turnSources = [];
    private readonly List<Relay> _relays = [];

    /// <summary>Adds a TURN server that is reached by UDP, from every base of its IP version.</summary>
    /// <returns>False where there are too many, or it is known.</returns>
    public bool AddTurnServer(TurnSource source, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (_isClosing || _turnSources.Count == ConnectivityLimits.MaxTurnServers || _turnSources.Exists(known => known.Address == source.Address)) return false;

        _turnSources.Add(source);
        _hasFinished = false;
        foreach (TransportAddress local in _bases) AllocateFrom(in local, source, now);
        Settle(now);
        return true;
    }

    /// <summary>
    /// Adds a TURN server that is reached by a connection, which the driver makes: <see cref="OnLinkOpened"/> or <see cref="OnLinkClosed"/> follows.
    /// </summary>
    /// <param name="link">A number that no other link has, 0 or more.</param>
    /// <param name="source">The server.</param>
    /// <param name="now">The present.</param>
    /// <returns>False where there are too many, or the number is taken.</returns>
    public bool AddLink(int link, TurnSource source, MonotonicTime now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(link);
        ArgumentNullException.ThrowIfNull(source);
        if (_isClosing || _relays.Count >= ConnectivityLimits.MaxRelays || FindLink(link) is not null) return false;

        _relays.Add(new Relay(source, source.Address, default, link));
        _hasFinished = false;
        Settle(now);
        return true;
    }

    /// <summary>Says that the connection is there.</summary>
    public void OnLinkOpened(int link, MonotonicTime now)
    {
        if (FindLink(link) is { Allocation: null } relay) Await(relay);
        Settle(now);
    }

    /// <summary>Says that the connection is closed, or could not be made: the link is forgotten, and its number free.</summary>
    public void OnLinkClosed(int link, MonotonicTime now)
    {
        if (FindLink(link) is not { } relay) return;

        relay.Allocation?.OnPathLost();
        Follow(relay, now);
        if (!relay.IsSettled) Tell(relay, ConnectivityEventKind.ServerFailed, new TurnFailure(TurnFailureReason.PathLost), now);
        _relays.Remove(relay);
        Settle(now);
    }

    /// <summary>Gives another credential for the allocations on a server, asked for or not.</summary>
    public void RenewCredential(in TransportAddress server, TurnCredential credential, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(credential);
        foreach (Relay relay in _relays)
        {
            if (relay.Source.Address != server) continue;
            relay.Credential = credential;
            relay.Allocation?.Renew(credential, now);
        }

        Settle(now);
    }

    private Relay? FindLink(int link) => _relays.Find(relay => relay.IsStream && relay.Link == link);

    private Relay? FindRelay(in TransportAddress relayed)
    {
        foreach (Relay relay in _relays)
        {
            if (relay.Relays(in relayed)) return relay;
        }

        return null;
    }

    private void AllocateFrom(in TransportAddress local, TurnSource source, MonotonicTime now)
    {
        if (!MayReach(in local, source.Address) || TryTakeAlong(in local, source, now) || _relays.Count >= ConnectivityLimits.MaxRelays) return;

        var relay = new Relay(source, source.Address, local, NoLink);
        _relays.Add(relay);
        _hasFinished = false;
        Await(relay);
    }

    private void Await(Relay relay)
    {
        relay.RetryAt = MonotonicTime.Never;
        _waiting.Enqueue((null, relay));
    }

    // An allocation that is mobile waits for another base; another one is over.
    private void LeaveBase(Relay relay, MonotonicTime now)
    {
        relay.Base = default;
        if (relay.Allocation is { IsMobile: true }) return;

        relay.Allocation?.OnPathLost();
        Follow(relay, now);
        _relays.Remove(relay);
    }

    private bool TryTakeAlong(in TransportAddress local, TurnSource source, MonotonicTime now)
    {
        if (_relays.Find(relay => relay.Source == source && relay is { IsHomeless: true, Allocation: not null }) is not { } homeless) return false;

        homeless.Base = local;
        homeless.Allocation!.OnPathChanged(now);
        return true;
    }

    /// <summary>Looks at what an allocation has to say.</summary>
    private void Follow(Relay relay, MonotonicTime now)
    {
        while (relay.Allocation is { } allocation && allocation.TryTakeEvent(out TurnEvent happened))
        {
            switch (happened.Kind)
            {
                case TurnEventKind.Allocated:
                    OnAllocated(relay, allocation, now);
                    break;
                case TurnEventKind.CredentialWanted:
                    Raise(new ConnectivityEvent(ConnectivityEventKind.CredentialWanted, now)
                    {
                        Server = relay.Source.Address,
                        Deadline = happened.Deadline,
                        TokenServerName = allocation.TokenServerName,
                    });
                    break;
                case TurnEventKind.Ended:
                    OnEnded(relay, allocation.Failure!, now);
                    break;
            }
        }
    }

    private void OnAllocated(Relay relay, TurnAllocation allocation, MonotonicTime now)
    {
        relay.IsSettled = true;
        relay.Retries = 0;
        relay.First = allocation.RelayedAddress;
        relay.Second = allocation.AdditionalRelayedAddress;
        foreach (TransportAddress peer in _peers) Permit(allocation, in peer, now);

        // What the server saw over UDP is as good as a STUN server's answer (RFC 8445 section 5.1.1.2).
        TransportAddress mapped = allocation.MappedAddress;
        if (!relay.IsStream && mapped.Family == relay.Base.Family && _options.Policy != CandidatePolicy.RelayOnly)
            AddCandidate(IceLocalCandidate.ServerReflexive(in mapped, relay.Base, relay.Server), now);
        AddCandidate(IceLocalCandidate.Relayed(relay.First, in mapped, relay.Server), now);
        if (!relay.Second.IsNone) AddCandidate(IceLocalCandidate.Relayed(relay.Second, in mapped, relay.Server), now);
    }

    private void OnEnded(Relay relay, TurnFailure failure, MonotonicTime now)
    {
        relay.Forget();
        if (relay.IsHomeless) _relays.Remove(relay);
        bool wasThere = !relay.First.IsNone;
        if (wasThere) RemoveRelayed(relay, now);
        if (_isClosing) return;

        // From one port a server gives one allocation: where another relay has it already, this one has nothing to add.
        bool isTaken = _relays.Exists(other => other != relay && !other.IsStream && other.Base == relay.Base && other.Server == failure.AlternateServer);
        if (failure.Reason == TurnFailureReason.Redirected && !relay.IsStream && !isTaken)
        {
            relay.Follow(failure.AlternateServer);
            Await(relay);
            return;
        }

        // A server that has no room may say an address all the same (RFC 8445 section 5.1.1.2).
        if (failure.Code is StunErrorCode.AllocationQuotaReached or StunErrorCode.InsufficientCapacity && !relay.IsStream && !relay.IsHomeless)
            AskFrom(relay.Base, relay.Server);

        bool mayPass = wasThere || relay.Retries > 0 || failure.Code == StunErrorCode.AllocationMismatch;
        if (mayPass && MayRetry(failure) && relay.Retries < ConnectivityLimits.MaxReallocations) relay.RetryAt = now + WaitAfter(failure, relay.Retries++);
        Tell(relay, wasThere ? ConnectivityEventKind.RelayLost : ConnectivityEventKind.ServerFailed, failure, now);
    }

    // A server may hold an allocation of somebody else for this port (437), until it ends there.
    private static bool MayRetry(TurnFailure failure) =>
        failure.Reason != TurnFailureReason.PathLost
        && failure.Advice is TurnRetryAdvice.TryAgain or TurnRetryAdvice.TryLater or TurnRetryAdvice.TryAnotherPort;

    private static TimeSpan WaitAfter(TurnFailure failure, int retries)
    {
        TimeSpan wait = ConnectivityLimits.ReallocationWait * (1 << retries);
        if (wait > ConnectivityLimits.MaxReallocationWait) wait = ConnectivityLimits.MaxReallocationWait;
        return failure.RetryAfter > wait ? failure.RetryAfter : wait;
    }

    private void RemoveRelayed(Relay relay, MonotonicTime now)
    {
        RemoveCandidates(relay.First, now);
        if (!relay.Second.IsNone) RemoveCandidates(relay.Second, now);
        relay.First = relay.Second = default;
    }

    private void Tell(Relay relay, ConnectivityEventKind kind, TurnFailure failure, MonotonicTime now)
    {
        relay.IsSettled = true;
        var told = new ServerFailure(relay.Server, IsTurn: true, failure) { Base = relay.Base, Link = relay.Link };
        Raise(new ConnectivityEvent(kind, now) { Server = relay.Server, Failure = told });
    }
}
