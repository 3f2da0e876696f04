using System.Runtime.InteropServices;

namespace Traversal.Load.Native;

/// <summary>Up to 64 datagrams in native memory, sent or received with one system call. One thread.</summary>
internal sealed unsafe class MessageBatch : IDisposable
{
    public const int Capacity = 64;
    private const int NameLength = 28;
    private const int Alignment = 64;

    private readonly int _slotLength;
    private readonly byte* _slots;
    private readonly byte* _names;
    private readonly IoVector* _vectors;
    private readonly BatchedMessage* _messages;

    /// <param name="slotLength">The longest datagram; what is longer is cut off on receive.</param>
    public MessageBatch(int slotLength)
    {
        _slotLength = slotLength + Alignment - 1 & -Alignment;
        _slots = Allocate(Capacity * _slotLength);
        _names = Allocate(Capacity * NameLength);
        _vectors = (IoVector*)Allocate(Capacity * sizeof(IoVector));
        _messages = (BatchedMessage*)Allocate(Capacity * sizeof(BatchedMessage));
        for (int index = 0; index < Capacity; index++)
        {
            _vectors[index] = new IoVector { Bytes = _slots + index * _slotLength, Length = (nuint)_slotLength };
            _messages[index] = new BatchedMessage { Vectors = _vectors + index, VectorCount = 1 };
        }
    }

    /// <summary>The whole of a slot, to write a datagram to.</summary>
    public Span<byte> Slot(int index) => new(_slots + Checked(index) * _slotLength, _slotLength);

    /// <summary>The datagram that the last receive put into a slot.</summary>
    public ReadOnlySpan<byte> Received(int index) => new(_slots + Checked(index) * _slotLength, (int)_messages[index].Length);

    /// <summary>Says how much of a slot to send.</summary>
    public void SetLength(int index, int length) => _vectors[Checked(index)].Length = (nuint)length;

    /// <summary>Says where to send a slot: a socket address of the platform, or nothing on a connected socket.</summary>
    public void SetDestination(int index, ReadOnlySpan<byte> socketAddress)
    {
        byte* name = _names + Checked(index) * NameLength;
        socketAddress.CopyTo(new Span<byte>(name, NameLength));
        _messages[index].Name = socketAddress.IsEmpty ? null : name;
        _messages[index].NameLength = (uint)socketAddress.Length;
    }

    /// <summary>Sends slots without waiting. Returns how many the kernel took, or the negative errno when it took none.</summary>
    public int Send(NativeSocket socket, int first, int count)
    {
        const int Flags = LibC.DontWait | LibC.NoSignal;
        BatchedMessage* message = _messages + Checked(first);
        if (count > 1)
        {
            int sent = LibC.SendBatch(socket.Descriptor, message, (uint)Math.Min(count, Capacity - first), Flags);
            return sent >= 0 ? sent : -Marshal.GetLastPInvokeError();
        }

        IoVector* vector = message->Vectors;
        nint length = message->Name == null
            ? LibC.Send(socket.Descriptor, vector->Bytes, vector->Length, Flags)
            : LibC.SendTo(socket.Descriptor, vector->Bytes, vector->Length, Flags, message->Name, message->NameLength);
        return length >= 0 ? 1 : -Marshal.GetLastPInvokeError();
    }

    /// <summary>Receives what is queued, up to <paramref name="count"/> datagrams. Returns how many, or the negative errno.</summary>
    public int Receive(NativeSocket socket, int count)
    {
        int received = LibC.ReceiveBatch(socket.Descriptor, _messages, (uint)Math.Min(count, Capacity), LibC.DontWait, timeout: null);
        return received >= 0 ? received : -Marshal.GetLastPInvokeError();
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_slots);
        NativeMemory.AlignedFree(_names);
        NativeMemory.AlignedFree(_vectors);
        NativeMemory.AlignedFree(_messages);
    }

    private static byte* Allocate(int length)
    {
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        new Span<byte>(memory, length).Clear();
        return memory;
    }

    private static int Checked(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Capacity, nameof(index));
        return index;
    }
}
