namespace Traversal.Turn.Server;

/// <summary>A ConnectionBind comes in on a connection of any machine, whichever has the allocation.</summary>
public sealed partial class RelayGroup
{
    /// <summary>How many connections with peers there are, those included that are being made.</summary>
    public int PeerConnectionCount
    {
        get
        {
            lock (_lock) return _connections.Count;
        }
    }

    /// <summary>Counts a connection with a peer and draws its CONNECTION-ID, unless there are as many as there may be.</summary>
    internal QuotaVerdict TryAddConnection(RelayUser user, bool isExempt, out uint id)
    {
        lock (_lock) return _connections.TryAdd(user, isExempt, _random, out id);
    }

    /// <summary>Whose a connection is, be it of another machine: its name and session may be read, nothing else. Null when it is not there.</summary>
    internal RelayUser? OwnerOfConnection(uint id)
    {
        lock (_lock) return _connections.OwnerOf(id);
    }

    /// <summary>Lets the user bind it.</summary>
    internal void OfferConnection(uint id)
    {
        lock (_lock) _connections.Offer(id);
    }

    /// <summary>Takes a connection for a client who binds it, once.</summary>
    internal bool TryClaimConnection(uint id, ReadOnlySpan<byte> username)
    {
        lock (_lock) return _connections.TryClaim(id, username);
    }

    /// <summary>Takes a connection back that nobody has bound.</summary>
    internal bool TryWithdrawConnection(uint id)
    {
        lock (_lock) return _connections.TryWithdraw(id);
    }

    internal void RemoveConnection(uint id)
    {
        lock (_lock) _connections.Remove(id);
    }
}
