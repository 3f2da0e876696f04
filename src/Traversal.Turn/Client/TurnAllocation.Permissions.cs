using System.Diagnostics.CodeAnalysis;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <content>Permissions (RFC 8656 sections 9 and 10): asked for many at once, and refreshed for as long as they are wanted.</content>
public sealed partial class TurnAllocation
{
    private static readonly TimeSpan CapacityWait = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Lets a peer's address send to the allocation, whatever the port, and keeps it so. Peers that are named before the next message is taken are asked for in
    /// one request. The answer is an event, with port 0.
    /// </summary>
    /// <returns>
    /// <see cref="TurnWrapStatus.Ready"/> where it is permitted, <see cref="TurnWrapStatus.Pending"/> where the server is asked, or why it is not.
    /// </returns>
    public TurnWrapStatus Permit(in TransportAddress peer, MonotonicTime now)
    {
        TurnWrapStatus status = Want(in peer, now, out int slot);
        if (status != TurnWrapStatus.Pending) return status;

        ref PeerPermission permission = ref _permissions[slot];
        permission.IsRefused = false;
        if (permission.IsGranted(now)) return TurnWrapStatus.Ready;

        AskForPermission(slot, now);
        return TurnWrapStatus.Pending;
    }

    /// <summary>
    /// Lets the permission of a peer's address and its channels end when their time has come, and makes room for others then; until then data may still
    /// come from it. Where the server has not been asked for it yet, an event says that it will not be.
    /// </summary>
    public void Forget(in TransportAddress peer, MonotonicTime now)
    {
        bool isAsked = false;
        for (int i = 0; i < _channels.Length; i++)
        {
            ref PeerChannel channel = ref _channels[i];
            if (!channel.Peer.HasSameAddress(in peer)) continue;

            (channel.IsForgotten, channel.DueAt) = (true, MonotonicTime.Never);
            isAsked |= channel.IsAsked;
        }

        if (!_permissions.TryFind(in peer, out int slot)) return;

        ref PeerPermission permission = ref _permissions[slot];
        bool isWaiting = !isAsked && !permission.IsAsked && !permission.IsGranted(now) && permission is { IsForgotten: false, IsRefused: false };
        (permission.IsForgotten, permission.DueAt) = (true, MonotonicTime.Never);
        if (!isWaiting) return;

        permission.IsAwaitingChannel = false;
        Raise(new TurnEvent(TurnEventKind.PeerForgotten, permission.Address));
    }

    // A slot for the peer, whose family the allocation must have (RFC 8656 section 10.1).
    private TurnWrapStatus Want(in TransportAddress peer, MonotonicTime now, out int slot)
    {
        slot = -1;
        if (State != TurnAllocationState.Allocated) return TurnWrapStatus.NoAllocation;
        if (peer.IsNone || (peer.Family != RelayedAddress.Family && peer.Family != AdditionalRelayedAddress.Family)) return TurnWrapStatus.WrongFamily;
        if (!_permissions.TryAdd(in peer, now, out slot)) return TurnWrapStatus.Full;

        // One that was to end is refreshed again.
        ref PeerPermission permission = ref _permissions[slot];
        if (permission.IsForgotten && !permission.IsAsked && permission.IsGranted(now)) AskForPermission(slot, now);
        permission.IsForgotten = false;
        return TurnWrapStatus.Pending;
    }

    private void AskForPermission(int slot, MonotonicTime now)
    {
        if (_permissions[slot].IsAsked) return;

        _permissions[slot].DueAt = now;
        LookAfterPeers(now);
    }

    /// <summary>Sending CreatePermission requests (RFC 8656 section 10.1) for what is due, and for what is due soon along with it.</summary>
    private void AskForPermissions(MonotonicTime now)
    {
        MonotonicTime horizon = _permissions.NextDue <= now ? now + PeerPermission.Batching : now;
        while (HasRoomForRequest && TryTakeBatch(horizon, out PendingRequest? request)) Issue(request, now);
    }

    private bool TryTakeBatch(MonotonicTime horizon, [NotNullWhen(true)] out PendingRequest? request)
    {
        request = null;
        for (int slot = 0; slot < _permissions.Length; slot++)
        {
            ref PeerPermission permission = ref _permissions[slot];
            if (permission.DueAt > horizon || (permission.IsAlone && request is not null)) continue;

            request ??= new PendingRequest(RequestKind.Permit);
            request.Permissions.Add(slot);
            permission.IsAsked = true;
            permission.DueAt = MonotonicTime.Never;
            if (permission.IsAlone || request.Permissions.Count == ClientLimits.MaxPeersPerRequest) break;
        }

        return request is not null;
    }

    private void OnPermitted(PendingRequest request, MonotonicTime now)
    {
        foreach (int slot in request.Permissions) Grant(slot, request.BegunAt, now);
    }

    private void Grant(int slot, MonotonicTime askedAt, MonotonicTime now)
    {
        ref PeerPermission permission = ref _permissions[slot];
        bool isNew = !permission.IsGranted(now);
        permission.IsAsked = false;
        permission.IsRefused = false;
        permission.ExpiresAt = askedAt + PeerPermission.Lifetime;
        permission.DueAt = permission.IsForgotten ? MonotonicTime.Never : askedAt + PeerPermission.RefreshAfter;
        _channels.SetPermitted(in permission.Address, permission.ExpiresAt);
        if (isNew) Raise(new TurnEvent(TurnEventKind.PeerPermitted, permission.Address));
    }

    // The server grants all or none (RFC 8656 section 10.2): each is asked for alone, to see which one it refuses.
    private void OnNotPermitted(PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        foreach (int slot in request.Permissions)
        {
            ref PeerPermission permission = ref _permissions[slot];
            permission.IsAsked = false;
            if (request.Permissions.Count > 1)
                (permission.IsAlone, permission.DueAt) = (true, now);
            else if (code == StunErrorCode.InsufficientCapacity && permission.IsGranted(now))
                permission.DueAt = now + CapacityWait;
            else
                Refuse(slot, code);
        }
    }

    private void Refuse(int slot, StunErrorCode code)
    {
        ref PeerPermission permission = ref _permissions[slot];
        permission.IsRefused = true;
        permission.ExpiresAt = MonotonicTime.Zero;
        permission.DueAt = MonotonicTime.Never;
        _channels.SetPermitted(in permission.Address, MonotonicTime.Zero);
        Raise(new TurnEvent(TurnEventKind.PeerRefused, permission.Address, code));
    }
}
