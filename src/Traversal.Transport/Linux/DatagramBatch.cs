using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>
/// Room for what one call receives. A thread rents one while it handles datagrams and has it to itself: sockets that wait have none.
/// </summary>
public sealed unsafe class DatagramBatch
{
    /// <summary>The most messages that one call receives; each is a datagram, or several equal-sized ones that the kernel has joined.</summary>
    private const int MaxMessages = 16;

    /// <summary>
    /// So many datagrams at once say that a socket is used in bulk, so that they had better arrive joined; before, the call that cannot tell one from several costs
    /// less.
    /// </summary>
    private const int BulkRun = 8;

    /// <summary>Longer than any datagram, and an odd number of cache lines, so that the starts do not all fall into the same sets of the cache.</summary>
    private const int Stride = ushort.MaxValue + 1 + 64;

    [ThreadStatic]
    private static DatagramBatch? s_own;

    private readonly List<Array> _pinned = [];
    private readonly byte* _bytes;
    private readonly BatchedMessage* _messages;
    private readonly SocketName* _names;
    private readonly ControlMessage* _controls;
    private readonly TransportAddress[] _sources = new TransportAddress[MaxMessages];
    private Piece[] _pieces = new Piece[MaxMessages];
    private int _kept;
    private int _taken;

    private DatagramBatch()
    {
        // Pages that nobody touches cost nothing, and most datagrams touch the first of their slot alone.
        _bytes = Pin<byte>(MaxMessages * Stride);
        _messages = Pin<BatchedMessage>(MaxMessages);
        _names = Pin<SocketName>(MaxMessages);
        _controls = Pin<ControlMessage>(MaxMessages);
        IOVector* vectors = Pin<IOVector>(MaxMessages);
        for (int i = 0; i < MaxMessages; i++)
        {
            vectors[i] = new IOVector { Base = _bytes + i * Stride, Length = ushort.MaxValue };
            _messages[i].Header = new MessageHeader { Name = (byte*)&_names[i], NameLength = SocketName.MaxLength, Vectors = &vectors[i], VectorCount = 1 };
        }
    }

    /// <summary>How many datagrams there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether more came at once than a conversation has.</summary>
    internal bool IsBulk => Count >= BulkRun;

    /// <summary>Takes this thread's batch, or a new one where that is in use.</summary>
    public static DatagramBatch Rent()
    {
        DatagramBatch batch = s_own ?? new DatagramBatch();
        s_own = null;
        return batch;
    }

    /// <summary>Gives the batch back to this thread; what is in it must not be looked at any more.</summary>
    public void Return()
    {
        Clear();
        s_own = this;
    }

    /// <summary>The bytes of a datagram, until the next receive.</summary>
    public ReadOnlySpan<byte> Bytes(int index)
    {
        Piece piece = At(index);
        return new(_bytes + piece.Start, piece.Length);
    }

    /// <summary>Who sent a datagram.</summary>
    public ref readonly TransportAddress Source(int index) => ref _sources[At(index).Start / Stride];

    /// <summary>Keeps a part of a datagram for <see cref="TryTake"/>; each once, in their order. Those in front of it may not be looked at any more.</summary>
    public void Keep(int index, int offset, int length)
    {
        Piece piece = At(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)offset, (uint)piece.Length, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)(piece.Length - offset), nameof(length));
        _pieces[_kept++] = new Piece(piece.Start + offset, length);
    }

    /// <summary>Whether something that was kept is left to <see cref="TryTake"/>.</summary>
    public bool HasMore => _taken < _kept;

    /// <summary>Takes the next of what was kept; its bytes are there until the next receive.</summary>
    public bool TryTake(out ReadOnlySpan<byte> kept)
    {
        kept = default;
        if (_taken == _kept) return false;

        Piece piece = _pieces[_taken++];
        kept = new ReadOnlySpan<byte>(_bytes + piece.Start, piece.Length);
        return true;
    }

    internal void Clear() => Count = _kept = _taken = 0;

    /// <summary>Receives one message if there is one. Whatever else it is that the call tells of, it has taken from the socket.</summary>
    internal void ReceiveOne(int descriptor, bool coalesces)
    {
        Clear();
        if (coalesces) LayControl(0);
        nint length = coalesces
            ? FastCalls.Receive(descriptor, &_messages->Header, Kernel.DontWait)
            : FastCalls.ReceiveFrom(descriptor, _bytes, ushort.MaxValue, Kernel.DontWait, _names, &_messages->Header.NameLength);
        if (length >= 0) Accept(0, (int)length, coalesces);
    }

    /// <summary>Receives as many messages as there are and fit.</summary>
    internal void ReceiveMany(int descriptor, bool coalesces)
    {
        Clear();
        for (int i = 0; coalesces && i < MaxMessages; i++) LayControl(i);
        int received = FastCalls.ReceiveBatch(descriptor, _messages, MaxMessages, Kernel.DontWait);
        for (int i = 0; i < received; i++) Accept(i, (int)_messages[i].Length, coalesces);
    }

    private void LayControl(int message)
    {
        _messages[message].Header.Control = (byte*)&_controls[message];
        _messages[message].Header.ControlLength = (nuint)sizeof(ControlMessage);
    }

    private T* Pin<T>(int count)
        where T : unmanaged
    {
        T[] array = GC.AllocateUninitializedArray<T>(count, pinned: true);
        _pinned.Add(array);
        return (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(array));
    }

    private Piece At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _pieces[index];
    }

    private void Accept(int message, int length, bool coalesces)
    {
        ref MessageHeader header = ref _messages[message].Header;
        int start = message * Stride, size = 0;
        if (coalesces)
        {
            ReceivedControl.Read(header.Control, (int)header.ControlLength, out _, out size);
            header.Control = null;
            header.ControlLength = 0;
        }

        header.NameLength = SocketName.MaxLength;
        _sources[message] = _names[message].Read();
        if (size <= 0 || size > length) size = length;
        do
        {
            if (Count == _pieces.Length) Array.Resize(ref _pieces, 2 * Count);
            _pieces[Count++] = new Piece(start, Math.Min(size, length));
            start += size;
            length -= size;
        }
        while (length > 0);
    }

    private readonly record struct Piece(int Start, int Length);
}
