using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <content>What goes from one machine of a group to another: data between their clients, and clients that came to the wrong one.</content>
public sealed partial class RelayMachine
{
    private readonly List<SocketId> _shares = [];
    private readonly KeyedIndex<Stranger> _strangers;
    private readonly StrangerRegister _strangerRegister;
    private HandOver _handOver;
    private int _origin;

    /// <summary>What a verdict of <see cref="RelayAction.HandOver"/> is about; good until the next call.</summary>
    public ref readonly HandOver HandOver => ref _handOver;

    /// <summary>
    /// Handles what another machine of the group handed over. Data goes to the client that it is for, a client's message is answered as if it had come
    /// to this machine's share of the listener. Nothing is handed on twice: data never, a message only as data.
    /// </summary>
    /// <param name="handOver">What the other machine's <see cref="HandOver"/> was.</param>
    /// <param name="packetWithHeadroom"><see cref="Headroom"/> bytes of room, and the bytes of the verdict behind them. They may be changed.</param>
    /// <param name="reply">Where a reply is written, at least <see cref="MinReplyLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="ArgumentException">There is no headroom, or it is for another machine.</exception>
    public RelayVerdict OnHandedOver(in HandOver handOver, Span<byte> packetWithHeadroom, Span<byte> reply, in Clock now)
    {
        if (packetWithHeadroom.Length < Headroom) throw new ArgumentException("The headroom is missing.", nameof(packetWithHeadroom));
        if (handOver.Shard != _shard || handOver.Kind == HandOverKind.None) throw new ArgumentException("It is for another machine.", nameof(handOver));

        return handOver.Kind == HandOverKind.Data
            ? OnHandedOverData(in handOver, packetWithHeadroom, in now)
            : OnHandedOverMessage(in handOver, packetWithHeadroom, reply, in now);
    }

    /// <summary>Says that what the last verdict handed over was dropped, because the other machine has not kept up.</summary>
    public void OnHandOverDropped() => _counters.Add(RelayCounter.DroppedHandOvers);

    private RelayVerdict OnHandedOverData(in HandOver handOver, Span<byte> packetWithHeadroom, in Clock now)
    {
        // The handle tells an allocation that ended meanwhile from the next one in its place.
        _incoming = handOver.Header;
        ref Allocation receiver = ref _allocations.TryFind(handOver.Target, out int index);
        if (index == NoSlot) return Drop(RelayCounter.DroppedNoAllocation);

        _counters.Add(RelayCounter.PacketsInProcess);
        return ToClient(ref receiver, index, in handOver.Source, packetWithHeadroom, Headroom, packetWithHeadroom.Length - Headroom, [], now.Now);
    }

    private RelayVerdict OnHandedOverMessage(in HandOver handOver, Span<byte> packetWithHeadroom, Span<byte> reply, in Clock now)
    {
        SocketId via = handOver.Target < _shares.Count ? _shares[handOver.Target] : SocketId.None;
        if (via == SocketId.None) return Drop(RelayCounter.DroppedUnexpected);

        RelayVerdict verdict;
        try
        {
            _origin = handOver.From;
            TransportAddress named = handOver.Named;
            verdict = named.IsNone
                ? OnClientDatagram(via, in handOver.Source, packetWithHeadroom[Headroom..], reply, in now, NoHint, handOver.Header)
                : OnProxiedDatagram(via, in handOver.Source, in named, packetWithHeadroom[Headroom..], reply, in now);
        }
        finally
        {
            _origin = _shard; // After a defect too, which costs no more than this message.
        }

        return verdict.Action is RelayAction.Forward or RelayAction.ForwardUnfragmented or RelayAction.HandOver ? verdict with { Offset = Headroom + verdict.Offset } : verdict;
    }

    private RelayVerdict ToShard(in HandOver handOver, int offset, int length)
    {
        _handOver = handOver with { Header = _incoming, Named = _named };
        return new RelayVerdict(RelayAction.HandOver, SocketId.None, default, offset, length);
    }

    /// <summary>Hands a message over whose client has no allocation here, if another machine is known to have it.</summary>
    private RelayVerdict ToOwner(SocketId via, in TransportAddress client, ReadOnlySpan<byte> message, RelayCounter reason) =>
        HasStrangers && _listeners.TryGetValue(via, out Listener? listener) && IsStranger(listener, in client, out int owner)
            ? ToOwner(listener, in client, message.Length, owner)
            : Drop(reason);

    private RelayVerdict ToOwner(Listener listener, in TransportAddress client, int length, int owner) =>
        ToShard(new HandOver(HandOverKind.Message, _shard, owner, listener.Number, in client), 0, length);

    // A connection belongs to one machine, which is the one that has its client's allocation.
    private RelayVerdict WithConnection(ref readonly RelayRequest request, int owner)
    {
        _handOver = new HandOver(HandOverKind.None, _shard, owner, NoSlot, in request.Client);
        return new RelayVerdict(RelayAction.MoveConnection, request.Via, request.Client, 0, 0);
    }

    private bool HasStrangers
    {
        get
        {
            if (_strangerRegister.HasChanges) _strangerRegister.TakeChanges(_strangers);
            return _strangers.Count > 0;
        }
    }

    // What was handed over is handed over no further: two machines could each take the other for the owner.
    private bool IsStranger(Listener listener, in TransportAddress client, out int owner)
    {
        owner = NoSlot;
        return HasStrangers && _origin == _shard && _strangers.TryGet(new Stranger(listener.Number, client), out owner) && owner != _shard;
    }

    private void AddShare(int number, SocketId via)
    {
        while (_shares.Count <= number) _shares.Add(SocketId.None);
        _shares[number] = via;
    }
}
