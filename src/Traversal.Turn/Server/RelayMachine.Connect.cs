using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    private readonly Dictionary<int, TcpAllocation> _tcpAllocations = [];
    private readonly Dictionary<uint, PeerConnection> _connections = [];

    /// <summary>Receiving a Connect request (RFC 6062 section 5.2). It is answered when the driver has connected or failed.</summary>
    private RelayVerdict OnConnect(scoped ref RelayRequest request)
    {
        ref Allocation allocation = ref _allocations[request.Allocation];
        if (!allocation.IsTcp) return Fail(ref request, StunErrorCode.AllocationMismatch);

        StunErrorCode error = CheckConnect(ref request, out TransportAddress peer, out TransportAddress destination);
        if (error != StunErrorCode.None) return Fail(ref request, error);
        switch (_group.TryAddConnection(request.User!, allocation.IsExempt, out uint id))
        {
            case QuotaVerdict.QuotaReached: return Fail(ref request, StunErrorCode.AllocationQuotaReached);
            case QuotaVerdict.ServerFull: return Fail(ref request, StunErrorCode.InsufficientCapacity);
        }

        var connection = new PeerConnection(id, request.Allocation, peer)
        {
            Deadline = request.Clock.Now + PeerConnection.ConnectTimeout,
            Request = request.Message.TransactionId,
            Algorithm = request.Algorithm,
            Integrity = request.Integrity,
            WantsFingerprint = request.Message.HasFingerprint,
        };
        Add(connection);
        _commands.Enqueue(new RelayCommand(RelayCommandKind.Connect, allocation.Handle, SocketId.None, destination) { Connection = id });
        return RelayVerdict.Drop;
    }

    private StunErrorCode CheckConnect(scoped ref RelayRequest request, out TransportAddress peer, out TransportAddress destination)
    {
        ref Allocation allocation = ref _allocations[request.Allocation];
        TcpAllocation owner = _tcpAllocations[request.Allocation];
        destination = default;
        if (request.Message.ReadPeerAddress(out peer) != TurnAttributeStatus.Present || peer.Port == 0) return StunErrorCode.BadRequest;
        if (owner.Connections.ContainsKey(peer)) return StunErrorCode.ConnectionAlreadyExists;
        if (peer.Family != allocation.Family) return StunErrorCode.PeerAddressFamilyMismatch;
        if (peer == allocation.Relayed || !MayConnect(in peer, out destination)) return StunErrorCode.Forbidden;

        bool isOver = owner.Connections.Count >= _options.MaxConnectionsPerAllocation ||
            (!allocation.IsExempt && !owner.TrySpend(_options, request.Clock.Now));
        return isOver ? StunErrorCode.AllocationQuotaReached : StunErrorCode.None;
    }

    /// <summary>Whether a peer may be connected to, or may have connected: by the policy, or because it is a TCP allocation of this server.</summary>
    private bool MayConnect(in TransportAddress peer, out TransportAddress destination)
    {
        TransportAddress plain = peer.Unmapped();
        destination = peer;
        if (!_group.TryFindHost(in plain, out RelayHost host) || !host.IsListening(plain.Port)) return MayUseSocket(in plain);

        destination = host.Local.WithPort(plain.Port);
        return true;
    }

    /// <summary>Says that a <see cref="RelayCommandKind.Connect"/> succeeded: the client gets its answer.</summary>
    /// <param name="connection">The CONNECTION-ID in the command.</param>
    /// <param name="reply">Where the answer is written, at least <see cref="MinReplyLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    public RelayVerdict OnPeerConnected(uint connection, Span<byte> reply, in Clock now)
    {
        if (!_connections.TryGetValue(connection, out PeerConnection? connected)) return RelayVerdict.Drop;
        if (connected.Phase == ConnectionPhase.GivenUp) return OnPeerConnectFailed(connection, reply, in now);
        if (connected.Phase != ConnectionPhase.Connecting) return RelayVerdict.Drop;

        Offer(connected, now.Now);
        _counters.Add(RelayCounter.Connects);
        return AnswerConnect(connected, reply, StunErrorCode.None);
    }

    /// <summary>Says that a <see cref="RelayCommandKind.Connect"/> failed or was given up: the client gets 447 (Connection Timeout or Failure).</summary>
    /// <inheritdoc cref="OnPeerConnected"/>
    public RelayVerdict OnPeerConnectFailed(uint connection, Span<byte> reply, in Clock now)
    {
        if (!_connections.TryGetValue(connection, out PeerConnection? failed) || failed.Phase > ConnectionPhase.GivenUp) return RelayVerdict.Drop;

        Remove(failed);
        _counters.Add(RelayCounter.ConnectFailures);
        return AnswerConnect(failed, reply, StunErrorCode.ConnectionTimeoutOrFailure);
    }

    private RelayVerdict AnswerConnect(PeerConnection connection, Span<byte> reply, StunErrorCode error)
    {
        ref readonly Allocation allocation = ref _allocations[connection.Allocation];
        if (_users[allocation.User].Key(connection.Algorithm) is not { } key) return RelayVerdict.Drop;

        StunClass answer = error == StunErrorCode.None ? StunClass.SuccessResponse : StunClass.ErrorResponse;
        var writer = new StunMessageWriter(reply, answer, StunMethod.Connect, connection.Request);
        if (error == StunErrorCode.None)
            writer.AddConnectionId(connection.Id);
        else
            writer.AddErrorCode(error);
        return ReplyTo(in allocation, writer.Finish(key, connection.Integrity, connection.WantsFingerprint));
    }
}
