using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>
    /// Says that a peer has connected to the address of a TCP allocation, and been accepted: with a permission for it the client is told (RFC 6062
    /// section 5.3).
    /// </summary>
    /// <param name="allocation">The handle in the command to listen.</param>
    /// <param name="peer">Where the connection comes from.</param>
    /// <param name="reply">Where the indication is written, at least <see cref="MinReplyLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    /// <param name="indication">What to send to the client.</param>
    /// <returns>The CONNECTION-ID, by which commands name the connection; 0 when it is to be closed at once.</returns>
    public uint OnPeerArrived(int allocation, in TransportAddress peer, Span<byte> reply, in Clock now, out RelayVerdict indication)
    {
        indication = RelayVerdict.Drop;
        ref Allocation owner = ref _allocations.TryFind(allocation, out int index);
        if (index == NoSlot || owner.Phase != AllocationPhase.Listening || owner.ExpiresAt <= now.Now) return 0;

        TransportAddress known = KnownAs(in peer);
        uint id = 0;
        if (!IsWelcome(index, in known, now.Now) || _group.TryAddConnection(_users[owner.User], owner.IsExempt, out id) != QuotaVerdict.Granted)
        {
            _counters.Add(RelayCounter.ConnectionsRefused);
            return 0;
        }

        var connection = new PeerConnection(id, index, known);
        Add(connection);
        Offer(connection, now.Now);
        _counters.Add(RelayCounter.ConnectionAttempts);
        indication = WriteConnectionAttempt(in owner, connection, reply);
        return id;
    }

    private bool IsWelcome(int allocationIndex, in TransportAddress peer, MonotonicTime now)
    {
        int permission = _permissions.Find(allocationIndex, in peer);
        if (permission == NoSlot || _permissions[permission].ExpiresAt <= now || !MayConnect(in peer, out _)) return false;

        Dictionary<TransportAddress, PeerConnection> connections = _tcpAllocations[allocationIndex].Connections;
        return connections.Count < _options.MaxConnectionsPerAllocation && !connections.ContainsKey(peer);
    }

    // A TCP allocation of this server connects from its local address, and is known by the external one.
    private TransportAddress KnownAs(in TransportAddress peer) =>
        _group.TryFindHost(in peer, out RelayHost host) && host.IsListening(peer.Port)
            ? host.External.WithPort(peer.Port)
            : peer;

    private RelayVerdict WriteConnectionAttempt(ref readonly Allocation allocation, PeerConnection connection, Span<byte> reply)
    {
        TransactionId id = TransactionId.Create(_random);
        var writer = new StunMessageWriter(reply, StunClass.Indication, StunMethod.ConnectionAttempt, in id);
        writer.AddPeerAddress(in connection.Peer);
        writer.AddConnectionId(connection.Id);
        return ReplyTo(in allocation, writer.Finish(null, StunIntegrity.None, allocation.WantsFingerprint));
    }
}
