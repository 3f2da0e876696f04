using Traversal.Primitives;

namespace Traversal.Fuzz;

/// <summary>What an allocation may do, as its client was told.</summary>
internal sealed class ModelAllocation
{
    /// <summary>How long a permission lasts (RFC 8656 section 9).</summary>
    private static readonly TimeSpan PermissionLifetime = TimeSpan.FromMinutes(5);

    /// <summary>How long a channel lasts (RFC 8656 section 12).</summary>
    private static readonly TimeSpan ChannelLifetime = TimeSpan.FromMinutes(10);

    private readonly Dictionary<TransportAddress, MonotonicTime> _permissions = [];
    private readonly Dictionary<int, (TransportAddress Peer, MonotonicTime ExpiresAt)> _channels = [];

    public required SocketId Relay { get; init; }

    public required TransportAddress Relayed { get; init; }

    public required MonotonicTime ExpiresAt { get; set; }

    public void Permit(in TransportAddress peer, MonotonicTime now) => _permissions[peer.WithPort(0)] = now + PermissionLifetime;

    public void Bind(int channel, int lastChannel, in TransportAddress peer, MonotonicTime now)
    {
        Invariant.Holds(channel >= 0x4000 && channel <= lastChannel && peer.Port != 0, "Only valid channels are bound.");
        Invariant.Holds(!_channels.TryGetValue(channel, out var old) || old.ExpiresAt <= now || old.Peer == peer, "A channel keeps its peer.");
        _channels[channel] = (peer, now + ChannelLifetime);
        Permit(in peer, now);
    }

    public bool MayExchange(in TransportAddress peer, MonotonicTime now) =>
        ExpiresAt > now && _permissions.TryGetValue(peer.WithPort(0), out MonotonicTime until) && until > now;

    /// <summary>The peer of a channel; none when it is not bound.</summary>
    public TransportAddress PeerOf(int channel, MonotonicTime now) =>
        ExpiresAt > now && _channels.TryGetValue(channel, out var binding) && binding.ExpiresAt > now ? binding.Peer : default;
}
