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
    }

    private void SweepChannels(ref Allocation allocation, MonotonicTime now)
    {
        int first = NoSlot;
        for (int index = allocation.FirstChannel; index != NoSlot;)
        {
            ref Channel channel = ref _channels[index];
            int next = channel.Next;
            MonotonicTime freeAt = channel.ExpiresAt + Channel.Quarantine;
            if (freeAt <= now)
            {
                RemoveChannel(ref allocation, index);
            }
            else
            {
                channel.Next = first;
                first = index;
                allocation.SweepAt = MonotonicTime.Min(allocation.SweepAt, freeAt);
            }

            index = next;
        }

        allocation.FirstChannel = first;
    }

    private void SweepPermissions(ref Allocation allocation, MonotonicTime now)
    {
        int first = NoSlot;
        for (int index = allocation.FirstPermission; index != NoSlot;)
        {
            ref Permission permission = ref _permissions[index];
            int next = permission.Next;
            if (permission.ExpiresAt <= now && permission.FirstChannel == NoSlot)
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
