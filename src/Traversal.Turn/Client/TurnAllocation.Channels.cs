using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <content>Channels (RFC 8656 section 12): bound as soon as data is sent to a peer, which goes in Send indications until then.</content>
public sealed partial class TurnAllocation
{
    private MonotonicTime _nextPeerDeadline = MonotonicTime.Never;

    /// <summary>
    /// Has a channel bound for a peer ahead of the first data, which permits its address too.
    /// </summary>
    /// <returns>As <see cref="Permit"/>.</returns>
    public TurnWrapStatus BindChannel(in TransportAddress peer, MonotonicTime now)
    {
        if (_options.RelaysConnections) return TurnWrapStatus.WrongFamily;

        TurnWrapStatus status = Want(in peer, now, out int slot);
        if (status != TurnWrapStatus.Pending) return status;

        ref PeerPermission permission = ref _permissions[slot];
        permission.IsRefused = false;
        if (!TryWantChannel(in peer, now)) return Permit(in peer, now);
        return permission.IsGranted(now) ? TurnWrapStatus.Ready : TurnWrapStatus.Pending;
    }

    private bool TryWantChannel(in TransportAddress peer, MonotonicTime now)
    {
        if (_channels.TryFind(in peer, out int slot))
        {
            ref PeerChannel known = ref _channels[slot];
            if (known.IsAsked || known.IsWanted(now)) return !known.IsRefused;

            (known.IsForgotten, known.IsRefused, known.DueAt) = (false, false, now);
        }
        else
        {
            if (peer.Port == 0 || !_channels.TryAdd(in peer, now, out slot)) return false;
            _channels[slot].DueAt = now;
            if (_permissions.TryFind(in peer, out int permission)) _channels[slot].PermittedUntil = _permissions[permission].ExpiresAt;
        }

        LookAfterPeers(now);
        return true;
    }

    private void LookAfterPeers(MonotonicTime at)
    {
        _nextPeerDeadline = MonotonicTime.Min(_nextPeerDeadline, at);
        NextDeadline = MonotonicTime.Min(NextDeadline, at);
    }

    private void AskForPeers(MonotonicTime now)
    {
        if (_nextPeerDeadline > now) return;

        AskForChannels(now);
        AskForPermissions(now);

        // Without room for a request there is nothing to do before an answer makes some.
        _nextPeerDeadline = HasRoomForRequest ? MonotonicTime.Min(_permissions.NextDue, _channels.NextDue) : MonotonicTime.Never;
    }

    /// <summary>Sending ChannelBind requests (RFC 8656 section 12.1).</summary>
    private void AskForChannels(MonotonicTime now)
    {
        for (int slot = 0; slot < _channels.Length && HasRoomForRequest; slot++)
        {
            ref PeerChannel channel = ref _channels[slot];
            if (channel.DueAt > now) continue;

            channel.IsAsked = true;
            channel.DueAt = MonotonicTime.Never;
            channel.BlockedUntil = now + PeerChannel.Blocked;

            // The binding makes the permission too, so that one request does for a peer that is new.
            if (_permissions.TryFind(in channel.Peer, out int permission) && !_permissions[permission].IsGranted(now))
                (_permissions[permission].IsAwaitingChannel, _permissions[permission].DueAt) = (true, MonotonicTime.Never);
            Issue(new PendingRequest(RequestKind.Bind) { Channel = slot }, now);
        }
    }

    private void OnBound(PendingRequest request, MonotonicTime now)
    {
        ref PeerChannel channel = ref _channels[request.Channel];
        channel.IsAsked = false;
        channel.BlockedUntil = now + PeerChannel.Blocked;
        channel.BoundUntil = request.BegunAt + PeerChannel.Lifetime;
        channel.DueAt = channel.IsForgotten ? MonotonicTime.Never : request.BegunAt + PeerChannel.RefreshAfter;
        if (!_permissions.TryFind(in channel.Peer, out int permission)) return;

        _permissions[permission].IsAwaitingChannel = false;
        if (!_permissions[permission].IsAsked) Grant(permission, request.BegunAt, now);
    }

    // Data goes on in Send indications, if the peer is permitted without a channel.
    private void OnNotBound(PendingRequest request, StunErrorCode code, MonotonicTime now)
    {
        ref PeerChannel channel = ref _channels[request.Channel];
        channel.IsAsked = false;
        channel.BlockedUntil = now + PeerChannel.Blocked;
        if (code == StunErrorCode.InsufficientCapacity && channel.BoundUntil > now)
        {
            channel.DueAt = now + CapacityWait;
            return;
        }

        channel.IsRefused = true;
        channel.BoundUntil = MonotonicTime.Zero;
        if (!_permissions.TryFind(in channel.Peer, out int permission)) return;

        _permissions[permission].IsAwaitingChannel = false;
        if (!_permissions[permission].IsGranted(now)) AskForPermission(permission, now);
    }
}
