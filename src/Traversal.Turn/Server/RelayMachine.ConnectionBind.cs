using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>
    /// Receiving a ConnectionBind request (RFC 6062 section 5.4). Who names a connection that is not there, or not theirs, is told no more than that
    /// and must connect anew, so that guessing is slow.
    /// </summary>
    private RelayVerdict OnConnectionBind(scoped ref RelayRequest request)
    {
        bool isTcp = request.Listener.Kind == ListenerKind.Stream && !request.Listener.IsMessages;
        if (!isTcp || request.Allocation != NoSlot) return Fail(ref request, StunErrorCode.BadRequest);

        bool isBound = request.Message.ReadConnectionId(out uint id) == TurnAttributeStatus.Present && _group.TryClaimConnection(id, request.User!.Name);
        if (!isBound)
        {
            _commands.Enqueue(new RelayCommand(RelayCommandKind.CloseClient, 0, SocketId.None, default) { Client = request.Via });
            return Fail(ref request, StunErrorCode.BadRequest) with { Action = RelayAction.LastReply };
        }

        _commands.Enqueue(new RelayCommand(RelayCommandKind.BindConnection, 0, SocketId.None, default) { Connection = id, Client = request.Via });
        StunMessageWriter writer = BeginSuccess(ref request);
        return Finish(ref request, ref writer, RelayCounter.ConnectionBinds) with { Action = RelayAction.LastReply };
    }

    /// <summary>Says that a connection of this machine was bound, be it by a <see cref="RelayCommandKind.BindConnection"/> of another one.</summary>
    public void OnConnectionBound(uint connection, in Clock now)
    {
        if (!_connections.TryGetValue(connection, out PeerConnection? bound) || bound.Phase != ConnectionPhase.Pending) return;

        bound.Phase = ConnectionPhase.Bound;
        bound.Deadline = now.Now + _options.ConnectionIdleTimeout;
        SweepBy(bound.Allocation, bound.Deadline);
    }

    /// <summary>Says what a bound connection has carried since it was last said; to be called every second or so while there is something.</summary>
    /// <param name="connection">The CONNECTION-ID.</param>
    /// <param name="bytesToPeer">Bytes of the client that were sent to the peer.</param>
    /// <param name="bytesToClient">Bytes of the peer that were sent to the client.</param>
    /// <param name="now">The present.</param>
    public void OnConnectionCarried(uint connection, long bytesToPeer, long bytesToClient, in Clock now)
    {
        _counters.Add(RelayCounter.BytesToPeers, bytesToPeer);
        _counters.Add(RelayCounter.BytesToClients, bytesToClient);
        if (!_connections.TryGetValue(connection, out PeerConnection? carrier)) return;

        ref Allocation allocation = ref _allocations[carrier.Allocation];
        allocation.BytesToPeers += bytesToPeer;
        allocation.BytesToClient += bytesToClient;
        if (carrier.Phase == ConnectionPhase.Bound) carrier.Deadline = now.Now + _options.ConnectionIdleTimeout;
    }

    /// <summary>Says that a connection with a peer is closed: by the peer or the client, or because it broke.</summary>
    public void OnConnectionClosed(uint connection)
    {
        if (_connections.TryGetValue(connection, out PeerConnection? closed) && closed.Phase > ConnectionPhase.GivenUp) Remove(closed);
    }
}
