using System.Net;
using System.Net.Sockets;
using Traversal.Primitives;

namespace Traversal.Transport.Managed;

/// <summary>The portable engine: System.Net.Sockets, one call per datagram, no allocation per datagram.</summary>
internal sealed class ManagedEngine : DatagramEngine
{
    // An odd number of cache lines, so that the starts of the slots do not all fall into the same sets of the cache.
    private const int SlotStride = ((Headroom + MaxDatagram + Tailroom + 63) / 64 | 1) * 64;

    private readonly DatagramEngineOptions _options;
    private readonly byte[] _slab;
    private readonly Datagram[] _received;
    private readonly SocketTable _table;
    private readonly ManagedSocket?[] _sockets;
    private readonly ReadyQueue _ready;
    private readonly SenderPool _senders = new();
    private readonly SocketAddress _fromIPv4 = SocketAddressCodec.NewBuffer(AddressFamily.InterNetwork);
    private readonly SocketAddress _fromIPv6 = SocketAddressCodec.NewBuffer(AddressFamily.InterNetworkV6);
    private int _count;
    private long _bytes;

    public ManagedEngine(DatagramEngineOptions options)
    {
        _options = options;
        _slab = GC.AllocateUninitializedArray<byte>((options.ReceiveSlots + options.ReservedSlots) * SlotStride, pinned: true);
        _received = new Datagram[options.ReceiveSlots];
        _table = new SocketTable(options.MaxSockets);
        _sockets = new ManagedSocket?[options.MaxSockets];
        _ready = new ReadyQueue(options.MaxSockets);
        FirstReserved = options.ReceiveSlots * SlotStride + Headroom;
        ReservedStride = SlotStride;
        ReservedSlots = options.ReservedSlots;
    }

    public override string Name => "managed";

    public override EngineCapabilities Capabilities => ManagedOpener.CanShare ? EngineCapabilities.SharedListeners : EngineCapabilities.None;

    public override int MaxBatch => _received.Length;

    public override Span<byte> Slab => _slab;

    public override bool TryOpen(
        in TransportAddress local, SocketRole role, out SocketId socket, out TransportAddress bound, out OpenFailure failure)
    {
        bound = default;
        if (!_table.TryAdd(out socket))
        {
            failure = OpenFailure.OutOfDescriptors;
            return false;
        }

        if (!ManagedOpener.TryOpen(in local, role, _options, out Socket? opened, out bound, out failure))
        {
            _table.Remove(socket);
            socket = SocketId.None;
            return false;
        }

        var entry = new ManagedSocket(opened!, socket, role, _ready);
        _sockets[IndexOf(socket)] = entry;
        entry.Arm();
        return true;
    }

    public override void Close(SocketId socket)
    {
        if (!_table.Contains(socket)) return;
        int index = IndexOf(socket);
        _sockets[index]!.Close();
        _sockets[index] = null;
        _table.Remove(socket);
    }

    public override ReadOnlySpan<Datagram> Receive(TimeSpan timeout)
    {
        _count = 0;
        _bytes = 0;
        _ready.Wait(ToMilliseconds(timeout));

        // Each socket has one turn: those that come back for more stand behind those that wait.
        for (int turns = _ready.Count; turns > 0 && _count < _received.Length && _ready.TryTake(out ManagedSocket? socket); turns--)
        {
            if (!socket!.IsClosed) Drain(socket);
        }

        Counters.CountReceived(_count, _bytes);
        return _received.AsSpan(0, _count);
    }

    public override void Wake() => _ready.Wake();

    private protected override void SendBatch(ReadOnlySpan<Datagram> batch)
    {
        Reap();
        foreach (ref readonly Datagram datagram in batch) SendOne(in datagram);
    }

    private protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        for (int index = 0; index < _table.HighWater; index++) Close(_table.At(index));
    }

    private static int ToMilliseconds(TimeSpan timeout) =>
        timeout <= TimeSpan.Zero ? 0 : timeout == TimeSpan.MaxValue ? -1 : (int)Math.Min(Math.Ceiling(timeout.TotalMilliseconds), int.MaxValue);

    private void Drain(ManagedSocket socket)
    {
        int limit = socket.IsListener ? _received.Length : Math.Min(_count + _options.RelayBurst, _received.Length);
        while (_count < limit)
        {
            if (!socket.Socket.Poll(0, SelectMode.SelectRead))
            {
                socket.Arm();
                return;
            }

            ReceiveOne(socket);
        }

        _ready.Add(socket);
    }

    private void ReceiveOne(ManagedSocket socket)
    {
        int start = _count * SlotStride + Headroom;
        SocketAddress from = socket.Socket.AddressFamily == AddressFamily.InterNetwork ? _fromIPv4 : _fromIPv6;
        try
        {
            int length = socket.Socket.ReceiveFrom(_slab.AsSpan(start, MaxDatagram), SocketFlags.None, from);
            _received[_count++] = new Datagram(socket.Id, start, length, SocketAddressCodec.Read(from));
            _bytes += length;
        }
        catch (SocketException)
        {
            // What was announced is gone, for a bad checksum say, or was an ICMP error; it was taken from the queue by this call.
            Counters.CountReceiveError();
        }
    }

    private void SendOne(in Datagram datagram)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)datagram.Length, (uint)MaxDatagram, nameof(datagram));
        if (!_table.Contains(datagram.Socket))
        {
            Counters.CountDrop(SendFailure.NoSocket);
            return;
        }

        ManagedSocket socket = _sockets[IndexOf(datagram.Socket)]!;
        if (datagram.Remote.IsNone || datagram.Remote.Port == 0 || SocketAddressCodec.FamilyOf(datagram.Remote) != socket.Socket.AddressFamily)
        {
            Counters.CountDrop(SendFailure.BadDestination);
            return;
        }

        // One that waits is enough, and a socket that is full costs no other anything.
        if (socket.HasSendWaiting)
        {
            Counters.CountDrop(SendFailure.NoBuffer);
            return;
        }

        Sender sender = _senders.Take();
        if (!sender.TrySend(socket, _slab.AsSpan(datagram.Start, datagram.Length), datagram.Remote)) return;
        Count(sender.SocketError, datagram.Length);
        _senders.Return(sender);
    }

    private void Reap()
    {
        while (_senders.TryReap(out SocketError outcome, out int length)) Count(outcome, length);
    }

    private void Count(SocketError outcome, int length)
    {
        if (outcome == SocketError.Success)
        {
            Counters.CountSent(1, length);
        }
        else
        {
            Counters.CountDrop(SocketErrors.ToSendFailure(outcome));
        }
    }
}
