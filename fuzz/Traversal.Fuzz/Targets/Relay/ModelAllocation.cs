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

    /// <summary>Its relayed addresses, at most one of each family.</summary>
    public List<ModelRelay> Relays { get; } = [];

    public ModelRelay? RelayOf(IPFamily family) => Relays.Find(relay => relay.Address.Family == family);

    /// <summary>Sets the time to live of a family; <see cref="IPFamily.None"/> for all.</summary>
    public void Refresh(IPFamily family, MonotonicTime expiresAt)
    {
        for (int i = 0; i < Relays.Count; i++)
        {
            if (family == IPFamily.None || Relays[i].Address.Family == family) Relays[i] = Relays[i] with { ExpiresAt = expiresAt };
        }
    }

    /// <summary>Ends a relayed address, with all that its family had.</summary>
    public void End(ModelRelay relay)
    {
        IPFamily family = relay.Address.Family;
        Relays.Remove(relay);
        foreach (TransportAddress peer in _permissions.Keys.Where(peer => peer.Family == family)) _permissions.Remove(peer);
        foreach (int channel in _channels.Keys.Where(channel => _channels[channel].Peer.Family == family)) _channels.Remove(channel);
    }

    public void Permit(in TransportAddress peer, MonotonicTime now) => _permissions[peer.WithPort(0)] = now + PermissionLifetime;

    public void Bind(int channel, int lastChannel, in TransportAddress peer, MonotonicTime now)
    {
        Invariant.Holds(channel >= 0x4000 && channel <= lastChannel && peer.Port != 0, "Only valid channels are bound.");
        Invariant.Holds(!_channels.TryGetValue(channel, out var old) || old.ExpiresAt <= now || old.Peer == peer, "A channel keeps its peer.");
        _channels[channel] = (peer, now + ChannelLifetime);
        Permit(in peer, now);
    }

    public bool MayExchange(in TransportAddress peer, MonotonicTime now) =>
        IsLive(peer.Family, now) && _permissions.TryGetValue(peer.WithPort(0), out MonotonicTime until) && until > now;

    /// <summary>The peer of a channel; none when it is not bound.</summary>
    public TransportAddress PeerOf(int channel, MonotonicTime now) =>
        _channels.TryGetValue(channel, out var binding) && binding.ExpiresAt > now && IsLive(binding.Peer.Family, now) ? binding.Peer : default;

    private bool IsLive(IPFamily family, MonotonicTime now) => RelayOf(family) is { } relay && relay.ExpiresAt > now;
}
