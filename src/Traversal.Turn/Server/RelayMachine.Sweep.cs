using Traversal.Primitives;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>
    /// Removes the permissions and channels of an allocation that are over. Packets look at their expiry themselves, so this is only about memory
    /// and may come late.
    /// </summary>
    private void Sweep(int allocationIndex, MonotonicTime now)
    {
        ref Allocation allocation = ref _allocations[allocationIndex];
        allocation.SweepAt = MonotonicTime.Never;
        SweepChannels(ref allocation, now);
        SweepPermissions(ref allocation, now);
        if (allocation.IsTcp) SweepConnections(allocationIndex, now);
    }

    private void SweepChannels(ref Allocation allocation, MonotonicTime now)
    {
        for (int i = ChannelTable.Begin(in allocation); i != ChannelTable.End; i = _channels.Next(in allocation, i))
        {
            ref Channel channel = ref _channels.At(ref allocation, i);
            MonotonicTime freeAt = channel.ExpiresAt + Channel.Quarantine;
            if (freeAt <= now)
                Doom(ref channel);
            else
                allocation.SweepAt = MonotonicTime.Min(allocation.SweepAt, freeAt);
        }

        _channels.RemoveDoomed(ref allocation);
    }

    private void SweepPermissions(ref Allocation allocation, MonotonicTime now)
    {
        int first = NoSlot;
        for (int index = allocation.FirstPermission; index != NoSlot;)
        {
            ref Permission permission = ref _permissions[index];
            int next = permission.Next;
            if (permission.ExpiresAt <= now && permission.Channels == 0)
            {
                _permissions.Remove(ref allocation, index);
            }
            else
            {
                permission.Next = first;
                first = index;

                // One that is kept for a channel goes when the channel does.
                if (permission.ExpiresAt > now) allocation.SweepAt = MonotonicTime.Min(allocation.SweepAt, permission.ExpiresAt);
            }

            index = next;
        }

        allocation.FirstPermission = first;
    }
}
