using System.Runtime.InteropServices;

namespace Traversal.Load.Native;

/// <summary>The kernel's <c>struct mmsghdr</c> on 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BatchedMessage
{
    public byte* Name;
    public uint NameLength;
    public IoVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
    private readonly uint _padding;
    public uint Length;
    private readonly uint _tail;
}
