using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// What tells a scan of networks or ports from a call: how fast an allocation, and all of a user together, reach peers that are new to them.
/// </summary>
public sealed partial class RelayMachine
{
    private readonly LeakyRate _newPeers;

    /// <summary>Takes note of peers that an allocation is about to reach for the first time; false when they are too many at once.</summary>
    private bool TryMeet(ref Allocation allocation, int count, MonotonicTime now)
    {
        if (count == 0) return true;
        if (!allocation.IsExempt && !(TryMeetByAllocation(ref allocation, count, now) && _group.TryMeet(_users[allocation.User].Account, count, now)))
        {
            allocation.PeersRefused += count;
            _counters.Add(RelayCounter.NewPeersRefused, count);
            return false;
        }

        allocation.PeersMet += count;
        return true;
    }

    private bool TryMeetByAllocation(ref Allocation allocation, int count, MonotonicTime now) =>
        _newPeers.IsUnlimited || _newPeers.TryTake(ref allocation.MeetingAt, count, now);

    /// <summary>The same for the ports behind one permission, of which only Send indications reach many. The first one comes with the address.</summary>
    private bool TryMeetPort(ref Allocation allocation, ref Permission permission, ushort port, MonotonicTime now)
    {
        if (permission.KnowsPort(port)) return true;
        if (permission.HasPorts && !TryMeet(ref allocation, 1, now)) return false;

        permission.LearnPort(port);
        return true;
    }
}
