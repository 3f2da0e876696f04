using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <content>Connections with peers (RFC 6062). What they carry goes by connections of their own, bound with <see cref="TurnConnectionBinding"/>.</content>
public sealed partial class TurnAllocation
{
    /// <summary>How long a peer to which the server could not connect is left alone (RFC 6062 section 4.3).</summary>
    private static readonly TimeSpan ConnectRetryWait = TimeSpan.FromSeconds(10);

    private readonly Queue<(TransportAddress Peer, MonotonicTime Until)> _failedConnects = new();

    /// <summary>Has the server connect to a peer. The outcome is an event.</summary>
    /// <returns>
    /// <see cref="TurnWrapStatus.Pending"/> where the server is asked; <see cref="TurnWrapStatus.Full"/> where it connects to that peer or to too many
    /// already; <see cref="TurnWrapStatus.Refused"/> within ten seconds of a failure; or why it cannot be asked.
    /// </returns>
    public TurnWrapStatus Connect(in TransportAddress peer, MonotonicTime now)
    {
        if (State != TurnAllocationState.Allocated || _isMoving || _isIntroducing) return TurnWrapStatus.NoAllocation;
        if (!_options.RelaysConnections || peer.IsNone || (peer.Family != RelayedAddress.Family && peer.Family != AdditionalRelayedAddress.Family))
            return TurnWrapStatus.WrongFamily;

        TransportAddress wanted = peer;
        if (_failedConnects.Any(failed => failed.Peer == wanted && failed.Until > now)) return TurnWrapStatus.Refused;
        if (_requests.Count(request => request.Kind == RequestKind.Connect) >= ClientLimits.MaxConnects || !HasRoomForRequest) return TurnWrapStatus.Full;
        if (_requests.Exists(request => request.Kind == RequestKind.Connect && request.Peer == wanted)) return TurnWrapStatus.Full;

        Issue(new PendingRequest(RequestKind.Connect) { Peer = wanted }, now);
        Pump(now);
        return TurnWrapStatus.Pending;
    }

    private void OnConnected(scoped in StunMessage response, PendingRequest request, MonotonicTime now)
    {
        if (response.ReadConnectionId(out uint connection) == TurnAttributeStatus.Present)
            Raise(new TurnEvent(TurnEventKind.Connected, request.Peer, Connection: connection));
        else
            FinishConnect(request, StunErrorCode.None, now);
    }

    private void FinishConnect(PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        Retire(request);
        if (_failedConnects.Count == ClientLimits.MaxConnects) _failedConnects.Dequeue();
        _failedConnects.Enqueue((request.Peer, now + ConnectRetryWait));
        Raise(new TurnEvent(TurnEventKind.ConnectFailed, request.Peer, code));
        LookAfterPeers(now);
    }

    /// <summary>Receiving a ConnectionAttempt indication (RFC 6062 section 4.4), of a peer that is permitted.</summary>
    private TurnArrival OnConnectionAttempt(scoped in StunMessage indication, MonotonicTime now)
    {
        if (indication.ReadPeerAddress(out TransportAddress peer) != TurnAttributeStatus.Present ||
            indication.ReadConnectionId(out uint connection) != TurnAttributeStatus.Present)
            return Drop(TurnClientCounter.DroppedMalformed);
        if (!_options.RelaysConnections || !_permissions.TryFind(in peer, out int slot) || !_permissions[slot].IsActive(now))
            return Drop(TurnClientCounter.DroppedUnknownPeer);

        _heardAt = now;
        Raise(new TurnEvent(TurnEventKind.PeerConnected, peer, Connection: connection));
        return new TurnArrival(TurnArrivalKind.Handled);
    }
}
