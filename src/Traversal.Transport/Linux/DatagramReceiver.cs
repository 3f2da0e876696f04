using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>
/// Receives into the slots of a slab, from any socket in turn, until they are used up. Everything that the kernel is told of is laid out once.
/// </summary>
internal sealed unsafe class DatagramReceiver
{
    /// <summary>The room between two datagrams that arrived as one.</summary>
    private const int Gap = DatagramEngine.Headroom + DatagramEngine.Tailroom;

    /// <summary>
    /// From one slot to the next: room for a datagram, and for taking apart what arrived as one. An odd number of cache lines, so that the starts
    /// of the slots do not all fall into the same sets of the cache.
    /// </summary>
    public const int Stride = (((DatagramEngine.MaxDatagram + 1 + Kernel.MaxReceivedSegments * Gap + 63) / 64) | 1) * 64;

    private readonly byte* _slab;
    private readonly int _slots;
    private readonly EngineCounters _counters;
    private readonly Datagram[] _datagrams;
    private readonly BatchedMessage* _messages;
    private readonly IOVector* _vectors;
    private readonly SocketName* _names;
    private readonly ControlMessage* _controls;
    private readonly bool _readsHeaders;
    private int _used;
    private int _count;
    private long _bytes;

    public DatagramReceiver(NativeArena arena, byte* slab, int slots, bool readsHeaders, EngineCounters counters)
    {
        _readsHeaders = readsHeaders;
        _slab = slab;
        _slots = slots;
        _counters = counters;
        _datagrams = new Datagram[slots * Kernel.MaxReceivedSegments];
        _messages = arena.TakeZeroed<BatchedMessage>(slots);
        _vectors = arena.TakeZeroed<IOVector>(slots);
        _names = arena.TakeZeroed<SocketName>(slots);
        _controls = arena.TakeZeroed<ControlMessage>(slots * ControlMessage.MaxCount);
        for (int slot = 0; slot < slots; slot++) LayOut(slot);
    }

    /// <summary>The most datagrams that can be there at a time.</summary>
    public int MaxDatagrams => _datagrams.Length;

    public bool IsFull => _used == _slots;

    public ReadOnlySpan<Datagram> Datagrams => _datagrams.AsSpan(0, _count);

    /// <summary>The bytes of all datagrams that are there.</summary>
    public long Bytes => _bytes;

    /// <summary>Forgets what was received, so that all slots are free.</summary>
    public void Clear()
    {
        _used = 0;
        _count = 0;
        _bytes = 0;
    }

    /// <summary>Receives one datagram if there is one.</summary>
    public void ReceiveOne(in LinuxSocket socket)
    {
        int slot = _used;
        nint length = HasControl(in socket)
            ? FastCalls.Receive(socket.Descriptor, &_messages[slot].Header, Kernel.DontWait)
            : FastCalls.ReceiveFrom(
                socket.Descriptor,
                _vectors[slot].Base,
                DatagramEngine.MaxDatagram + 1,
                Kernel.DontWait,
                &_names[slot],
                &_messages[slot].Header.NameLength);
        if (length >= 0)
        {
            _used++;
            Accept(in socket, slot, (int)length);
        }
        else
        {
            CountFailure(FastCalls.LastError);
        }
    }

    /// <summary>Receives what there is, up to a bound; returns how many slots that took.</summary>
    public int ReceiveMany(in LinuxSocket socket, int most)
    {
        int first = _used;
        int wanted = Math.Min(most, _slots - first);
        int received = FastCalls.ReceiveBatch(socket.Descriptor, _messages + first, wanted, Kernel.DontWait);
        if (received < 0)
        {
            CountFailure(FastCalls.LastError);
            return 0;
        }

        _used += received;
        for (int slot = first; slot < first + received; slot++) Accept(in socket, slot, (int)_messages[slot].Length);
        return received;
    }

    private void LayOut(int slot)
    {
        _vectors[slot] = new IOVector { Base = _slab + StartOf(slot), Length = DatagramEngine.MaxDatagram + 1 };
        ref MessageHeader header = ref _messages[slot].Header;
        header.Name = (byte*)&_names[slot];
        header.NameLength = SocketName.MaxLength;
        header.Vectors = &_vectors[slot];
        header.VectorCount = 1;
        header.Control = (byte*)ControlOf(slot);
        header.ControlLength = ControlLength;
    }

    private static nuint ControlLength => (nuint)(ControlMessage.MaxCount * sizeof(ControlMessage));

    private bool HasControl(in LinuxSocket socket) => socket.Coalesces || _readsHeaders;

    private ControlMessage* ControlOf(int slot) => _controls + slot * ControlMessage.MaxCount;

    private static int StartOf(int slot) => slot * Stride + DatagramEngine.Headroom;

    private void Accept(in LinuxSocket socket, int slot, int length)
    {
        ref MessageHeader header = ref _messages[slot].Header;
        int controlLength = HasControl(in socket) ? (int)header.ControlLength : 0;
        header.NameLength = SocketName.MaxLength;
        header.ControlLength = ControlLength;
        IPHeader marks = default;
        int segment = 0;
        if (controlLength > 0) ReceivedControl.Read((byte*)ControlOf(slot), controlLength, out marks, out segment);
        TransportAddress remote = _names[slot].Read();
        _bytes += length;
        if (segment > 0 && segment < length)
        {
            TakeApart(socket.Id, StartOf(slot), length, segment, in remote, marks);
        }
        else
        {
            _datagrams[_count++] = new Datagram(socket.Id, StartOf(slot), length, remote) { Header = marks };
        }
    }

    /// <summary>Moves the segments of a slot apart, the last one first, so that each has headroom and tailroom.</summary>
    private void TakeApart(SocketId socket, int start, int length, int size, in TransportAddress remote, IPHeader marks)
    {
        int segments = (length + size - 1) / size;
        if (segments > Kernel.MaxReceivedSegments)
        {
            _counters.CountReceiveError(); // No kernel does this.
            segments = Kernel.MaxReceivedSegments;
            length = segments * size;
        }

        _counters.CountCoalescedReceive();
        var slot = new Span<byte>(_slab + start, length + segments * Gap);
        for (int i = segments - 1; i >= 0; i--)
        {
            int segmentLength = Math.Min(size, length - i * size);
            if (i > 0) slot.Slice(i * size, segmentLength).CopyTo(slot[(i * (size + Gap))..]);
            _datagrams[_count + i] = new Datagram(socket, start + i * (size + Gap), segmentLength, remote) { Header = marks };
        }

        _count += segments;
    }

    private void CountFailure(Errno error)
    {
        // Again: another event was faster, or the datagram had a bad checksum. The next wait reports the socket if there is more.
        // Everything else is an ICMP error for something sent earlier, or the kernel is out of memory; the call has taken it from the socket.
        if (error is not (Errno.Again or Errno.Interrupted)) _counters.CountReceiveError();
    }
}
