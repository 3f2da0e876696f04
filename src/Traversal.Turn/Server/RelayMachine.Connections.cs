using Traversal.Primitives;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    private void Add(PeerConnection connection)
    {
        _connections.Add(connection.Id, connection);
        _tcpAllocations[connection.Allocation].Connections.Add(connection.Peer, connection);
        if (connection.Phase == ConnectionPhase.Connecting) SweepBy(connection.Allocation, connection.Deadline);
    }

    private void Remove(PeerConnection connection)
    {
        _connections.Remove(connection.Id);
        _tcpAllocations[connection.Allocation].Connections.Remove(connection.Peer);
        _group.RemoveConnection(connection.Id);
    }

    private void Offer(PeerConnection connection, MonotonicTime now)
    {
        connection.Phase = ConnectionPhase.Pending;
        connection.Deadline = now + PeerConnection.BindTimeout;
        _group.OfferConnection(connection.Id);
        SweepBy(connection.Allocation, connection.Deadline);
    }

    private void Close(PeerConnection connection)
    {
        Remove(connection);
        EnqueueClose(connection);
    }

    private void EnqueueClose(PeerConnection connection) => _commands.Enqueue(new RelayCommand(
        RelayCommandKind.CloseConnection, _allocations[connection.Allocation].Handle, SocketId.None, connection.Peer) { Connection = connection.Id });

    /// <summary>Closes all connections of an allocation that ends (RFC 6062 section 5.5).</summary>
    private void CloseConnections(int allocationIndex)
    {
        foreach (PeerConnection connection in _tcpAllocations[allocationIndex].Connections.Values) Close(connection);
        _tcpAllocations.Remove(allocationIndex);
    }

    private void SweepConnections(int allocationIndex, MonotonicTime now)
    {
        ref Allocation allocation = ref _allocations[allocationIndex];
        foreach (PeerConnection connection in _tcpAllocations[allocationIndex].Connections.Values)
        {
            if (connection.Deadline <= now) Expire(connection, now);
            if (connection.Phase != ConnectionPhase.GivenUp) allocation.SweepAt = MonotonicTime.Min(allocation.SweepAt, connection.Deadline);
        }
    }

    private void Expire(PeerConnection connection, MonotonicTime now)
    {
        switch (connection.Phase)
        {
            case ConnectionPhase.Connecting:
                connection.Phase = ConnectionPhase.GivenUp;
                EnqueueClose(connection);
                break;

            // Claimed on another machine, from which word has yet to come.
            case ConnectionPhase.Pending when !_group.TryWithdrawConnection(connection.Id):
                connection.Deadline = now + PeerConnection.BindTimeout;
                break;

            case ConnectionPhase.Pending or ConnectionPhase.Bound:
                _counters.Add(RelayCounter.ConnectionsExpired);
                Close(connection);
                connection.Deadline = MonotonicTime.Never;
                break;
        }
    }

    private void RevokeConnections(int allocationIndex)
    {
        foreach (PeerConnection connection in _tcpAllocations[allocationIndex].Connections.Values)
        {
            if (connection.Phase == ConnectionPhase.GivenUp || MayConnect(in connection.Peer, out _)) continue;

            _counters.Add(RelayCounter.RevokedByPolicy);
            if (connection.Phase == ConnectionPhase.Connecting)
                Expire(connection, connection.Deadline);
            else
                Close(connection);
        }
    }
}
