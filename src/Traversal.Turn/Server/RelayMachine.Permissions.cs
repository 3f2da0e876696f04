using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>Receiving a CreatePermission request (RFC 8656 section 10.2): for all addresses or for none.</summary>
    private RelayVerdict OnCreatePermission(scoped ref RelayRequest request)
    {
        StunErrorCode error = CheckPermissions(ref request);
        if (error != StunErrorCode.None) return Fail(ref request, error);

        foreach (StunAttribute attribute in request.Message)
        {
            if (attribute.Type == StunAttributeType.XorPeerAddress && request.Message.TryReadXorAddress(attribute.Value, out TransportAddress peer))
                InstallPermission(request.Allocation, in peer, request.Clock.Now);
        }

        StunMessageWriter writer = BeginSuccess(ref request);
        return Finish(ref request, ref writer, RelayCounter.PermissionRequests);
    }

    // What is wrong with the request itself comes before what is wrong with its peers (RFC 8656 section 10.2).
    private StunErrorCode CheckPermissions(scoped ref RelayRequest request)
    {
        ref Allocation allocation = ref _allocations[request.Allocation];
        bool isEmpty = true, isMismatch = false, isForbidden = false;
        int missing = 0;
        foreach (StunAttribute attribute in request.Message)
        {
            if (attribute.Type != StunAttributeType.XorPeerAddress) continue;
            if (!request.Message.TryReadXorAddress(attribute.Value, out TransportAddress peer)) return StunErrorCode.BadRequest;

            isEmpty = false;
            isMismatch |= !HasFamily(in allocation, peer.Family);
            isForbidden = isForbidden || !MayPermit(in peer, out _);
            if (_permissions.Find(request.Allocation, in peer) == NoSlot) missing++;
        }

        if (isEmpty) return StunErrorCode.BadRequest;
        if (isMismatch) return StunErrorCode.PeerAddressFamilyMismatch;
        if (isForbidden) return StunErrorCode.Forbidden;

        // Too many new peers at once are a matter of capacity: later the same request may be granted.
        return allocation.PermissionCount + missing > _options.MaxPermissions || !TryMeet(ref allocation, missing, request.Clock.Now)
            ? StunErrorCode.InsufficientCapacity
            : StunErrorCode.None;
    }

    /// <summary>Makes or refreshes a permission, for which there must be room.</summary>
    private int InstallPermission(int allocationIndex, in TransportAddress peer, MonotonicTime now)
    {
        MonotonicTime expiresAt = now + Permission.Lifetime;
        int index = _permissions.Find(allocationIndex, in peer);
        if (index == NoSlot)
        {
            index = _permissions.Add(ref _allocations[allocationIndex], allocationIndex, in peer);
            _ = MayPermit(in peer, out _permissions[index].ChecksPorts);
            SweepBy(allocationIndex, expiresAt);
        }

        ref Permission permission = ref _permissions[index];
        if (permission.ExpiresAt == expiresAt) return index;

        permission.ExpiresAt = expiresAt;
        if (permission.Channels > 0) TellChannels(allocationIndex, index, expiresAt);
        return index;
    }

    private void TellChannels(int allocationIndex, int permission, MonotonicTime expiresAt)
    {
        ref Allocation allocation = ref _allocations[allocationIndex];
        for (int i = ChannelTable.Begin(in allocation); i != ChannelTable.End; i = _channels.Next(in allocation, i))
        {
            ref Channel channel = ref _channels.At(ref allocation, i);
            if (channel.Permission == permission) channel.PermittedUntil = expiresAt;
        }
    }

    /// <summary>Removes the permissions for the peers of a family; <see cref="IPFamily.None"/> for all.</summary>
    private void RemovePermissions(ref Allocation allocation, IPFamily family)
    {
        int first = NoSlot;
        for (int index = allocation.FirstPermission; index != NoSlot;)
        {
            ref Permission permission = ref _permissions[index];
            int next = permission.Next;
            if (family == IPFamily.None || permission.Address.Family == family)
            {
                _permissions.Remove(ref allocation, index);
            }
            else
            {
                permission.Next = first;
                first = index;
            }

            index = next;
        }

        allocation.FirstPermission = first;
    }

    private void SweepBy(int allocationIndex, MonotonicTime deadline)
    {
        ref Allocation allocation = ref _allocations[allocationIndex];
        if (deadline >= allocation.SweepAt) return;

        allocation.SweepAt = deadline;
        Schedule(allocationIndex);
    }
}
