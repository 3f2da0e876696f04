using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// Clients on UDP behind a proxy. Such a client is known by the 5-tuple that the proxy uses for it, to which replies go; what it is told, charged
/// for and admitted by is the address that the proxy names.
/// </summary>
public sealed partial class RelayMachine
{
    private readonly Dictionary<int, TransportAddress> _proxiedSources = [];

    // Whose datagram is being handled, should it have to be handed over.
    private TransportAddress _named;

    /// <summary>Handles a datagram that a trusted proxy passed on, without the proxy's header.</summary>
    /// <param name="via">The listener it came on.</param>
    /// <param name="proxy">Where it came from.</param>
    /// <param name="client">The address that the proxy names.</param>
    /// <param name="datagram">The bytes, which may be changed.</param>
    /// <param name="reply">Where a reply is written, at least <see cref="MinReplyLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    public RelayVerdict OnProxiedDatagram(
        SocketId via, in TransportAddress proxy, in TransportAddress client, Span<byte> datagram, Span<byte> reply, in Clock now)
    {
        // Loopback is free of quotas, and no client of a proxy elsewhere comes from there.
        if (client.IsLoopback && !proxy.IsLoopback) return Drop(RelayCounter.DroppedUnexpected);

        _incoming = default;
        CloseOther(via, in proxy, in client);
        try
        {
            _named = client;
            return ChannelData.LooksLikeChannelData(datagram)
                ? OnClientDatagram(via, in proxy, datagram, reply, in now)
                : OnStun(via, in proxy, in client, datagram, reply, in now);
        }
        finally
        {
            _named = default;
        }
    }

    // A proxy that uses a port for another client has done with the one before, whose allocation must not serve a stranger.
    private void CloseOther(SocketId via, in TransportAddress proxy, in TransportAddress client)
    {
        ref Allocation allocation = ref _allocations.Find(via, in proxy, out int index);
        if (index != NoSlot && SourceOf(in allocation) != client) Close(index, RelayCounter.AllocationsClosed);
        if (FindMover(via, in proxy) is var mover and not NoSlot && _mobile[mover].NewestSource != client) CancelMove(_mobile[mover], keeps: default);
    }

    private void SetSource(ref readonly Allocation allocation, in TransportAddress source)
    {
        if (source == allocation.Client)
            _proxiedSources.Remove(allocation.Handle);
        else
            _proxiedSources[allocation.Handle] = source;
    }

    private ref readonly TransportAddress SourceOf(ref readonly Allocation allocation)
    {
        if (_proxiedSources.Count == 0) return ref allocation.Client;

        ref TransportAddress source = ref CollectionsMarshal.GetValueRefOrNullRef(_proxiedSources, allocation.Handle);
        return ref System.Runtime.CompilerServices.Unsafe.IsNullRef(ref source) ? ref allocation.Client : ref source;
    }
}
