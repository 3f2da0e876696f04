using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>An array of <c>epoll_event</c>, which is packed to 12 bytes on x86-64 and has its natural 16 elsewhere.</summary>
internal readonly unsafe struct PollEvents
{
    public static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = Stride - sizeof(ulong);

    private readonly byte* _memory;

    public PollEvents(NativeArena arena, int count)
    {
        _memory = arena.TakeZeroed<byte>(count * Stride);
    }

    public byte* Items => _memory;

    public static void Write(byte* pollEvent, uint flags, ulong data)
    {
        Unsafe.WriteUnaligned(pollEvent, flags);
        Unsafe.WriteUnaligned(pollEvent + DataOffset, data);
    }

    public uint FlagsAt(int index) => Unsafe.ReadUnaligned<uint>(_memory + index * Stride);

    public ulong DataAt(int index) => Unsafe.ReadUnaligned<ulong>(_memory + index * Stride + DataOffset);
}
