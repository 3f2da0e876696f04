using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>An array of <c>epoll_event</c>, which is packed to 12 bytes on x86-64 and has its natural 16 elsewhere.</summary>
internal readonly unsafe struct PollEvents
{
    public static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = Stride - sizeof(ulong);

    private readonly NativeArray<byte> _memory;

    public PollEvents(int count)
    {
        _memory = NativeArray<byte>.Zeroed(count * Stride);
    }

    public byte* Items => _memory.Items;

    public static void Write(byte* pollEvent, uint flags, ulong data)
    {
        Unsafe.WriteUnaligned(pollEvent, flags);
        Unsafe.WriteUnaligned(pollEvent + DataOffset, data);
    }

    public uint FlagsAt(int index) => Unsafe.ReadUnaligned<uint>(_memory.Items + index * Stride);

    public ulong DataAt(int index) => Unsafe.ReadUnaligned<ulong>(_memory.Items + index * Stride + DataOffset);

    public void Free() => _memory.Free();
}
