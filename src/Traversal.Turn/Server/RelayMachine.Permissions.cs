using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    private readonly Slab<Permission> _permissions;
    private readonly KeyedIndex<PeerKey> _permissionsByAddress;

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
            isMismatch |= peer.Family != allocation.Family;
            isForbidden = isForbidden || !MayPermit(in peer, out _);
            if (!_permissionsByAddress.TryGet(new PeerKey(peer.WithPort(0), request.Allocation), out _)) missing++;
        }

        if (isEmpty) return StunErrorCode.BadRequest;
        if (isMismatch) return StunErrorCode.PeerAddressFamilyMismatch;
        if (isForbidden) return StunErrorCode.Forbidden;
        return allocation.PermissionCount + missing > _options.MaxPermissions ? StunErrorCode.InsufficientCapacity : StunErrorCode.None;
    }

    /// <summary>Makes or refreshes a permission, for which there must be room.</summary>
    private int InstallPermission(int allocationIndex, in TransportAddress peer, MonotonicTime now)
    {
        TransportAddress address = peer.WithPort(0);
        MonotonicTime expiresAt = now + Permission.Lifetime;
        var key = new PeerKey(address, allocationIndex);
        if (_permissionsByAddress.TryGet(key, out int index))
        {
            _permissions[index].ExpiresAt = expiresAt;
            return index;
        }

        ref Allocation allocation = ref _allocations[allocationIndex];
        _permissions.TryTake(out index);
        _permissionsByAddress.TryAdd(key, index);
        MayPermit(in address, out bool checksPorts);
        _permissions[index] = new Permission
        {
            Address = address,
            ExpiresAt = expiresAt,
            Allocation = allocationIndex,
            Next = allocation.FirstPermission,
            ChecksPorts = checksPorts,
        };
        allocation.FirstPermission = index;
        allocation.PermissionCount++;
        SweepBy(allocationIndex, expiresAt);
        return index;
    }

    private void RemovePermissions(ref Allocation allocation)
    {
        for (int index = allocation.FirstPermission; index != Allocation.EndOfList;)
        {
            int next = _permissions[index].Next;
            RemovePermission(index);
            index = next;
        }

        allocation.FirstPermission = Allocation.EndOfList;
        allocation.PermissionCount = 0;
    }

    // Unlinking is the caller's.
    private void RemovePermission(int index)
    {
        ref Permission permission = ref _permissions[index];
        _permissionsByAddress.Remove(new PeerKey(permission.Address, permission.Allocation));
        _permissions.Release(index);
    }

    private void SweepBy(int allocationIndex, MonotonicTime deadline)
    {
        ref Allocation allocation = ref _allocations[allocationIndex];
        if (deadline >= allocation.SweepAt) return;

        allocation.SweepAt = deadline;
        Schedule(allocationIndex);
    }
}
