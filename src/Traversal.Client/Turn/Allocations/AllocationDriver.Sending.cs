using System.Buffers;
using Traversal.Client.Links;
using Traversal.Client.Network;
using Traversal.Primitives;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

internal sealed partial class AllocationDriver
{
    private const int MaxDataLength = ushort.MaxValue;

    /// <summary>Sends data to a peer; any number of threads may.</summary>
    /// <param name="data">The data.</param>
    /// <param name="peer">The peer.</param>
    /// <param name="dontFragment">Whether the server is to send it whole or not at all.</param>
    /// <param name="pending">Keeps what can't be sent yet, where it is given and has room.</param>
    /// <param name="wrapped">What the machine said.</param>
    public NetworkStatus Send(ReadOnlySpan<byte> data, in TransportAddress peer, bool dontFragment, PendingData? pending, out TurnWrapStatus wrapped)
    {
        wrapped = TurnWrapStatus.TooLong;
        if (data.Length > MaxDataLength) return NetworkStatus.TooLong;

        wrapped = TurnWrapStatus.WrongFamily;
        if (peer.Port == 0) return NetworkStatus.AddressNotAvailable;

        byte[] packet = ArrayPool<byte>.Shared.Rent(TurnAllocation.Headroom + data.Length + TurnAllocation.Tailroom);
        data.CopyTo(packet.AsSpan(TurnAllocation.Headroom));
        int offset, length;
        ServerLink link;
        NetworkStatus status = NetworkStatus.Ok;
        lock (_gate)
        {
            MonotonicTime now = _clock.Now;
            wrapped = _machine.TryWrap(in peer, packet, data.Length, now, out offset, out length, dontFragment);
            if (wrapped == TurnWrapStatus.Pending && pending is not null && !pending.TryAdd(in peer, data, dontFragment)) status = NetworkStatus.NoBuffer;
            if (_machine.NextDeadline != _armed) Serve(now);
            link = _pump.Way;
        }

        if (wrapped == TurnWrapStatus.Ready)
            status = link.Send(packet.AsSpan(offset, length), isData: true);
        else if (wrapped != TurnWrapStatus.Pending)
            status = ToStatus(wrapped);
        ArrayPool<byte>.Shared.Return(packet);
        return status;
    }

    /// <summary>Sends what was kept for a peer that is permitted now; while the machine is held.</summary>
    public void SendPending(PendingData pending, in TransportAddress address)
    {
        MonotonicTime now = _clock.Now;
        while (pending.TryTake(in address, out PendingDatagram kept))
        {
            if (_machine.TryWrap(kept.Peer, kept.Packet, kept.Length, now, out int offset, out int length, kept.DontFragment) == TurnWrapStatus.Ready)
                _pump.Way.Send(kept.Packet.AsSpan(offset, length), isData: true);
        }
    }

    /// <summary>What a sender is told: everything that is not the network's is one of its words too.</summary>
    public NetworkStatus ToStatus(TurnWrapStatus status) => status switch
    {
        TurnWrapStatus.Ready or TurnWrapStatus.Pending => NetworkStatus.Ok,
        TurnWrapStatus.Refused => NetworkStatus.Denied,
        TurnWrapStatus.Full => NetworkStatus.NoBuffer,
        TurnWrapStatus.NoAllocation => _ended.Task.IsCompleted ? NetworkStatus.Closed : NetworkStatus.NoBuffer,
        TurnWrapStatus.TooLong or TurnWrapStatus.NoDontFragment => NetworkStatus.TooLong,
        _ => NetworkStatus.AddressNotAvailable,
    };
}
