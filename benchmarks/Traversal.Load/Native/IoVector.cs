using System.Runtime.InteropServices;

namespace Traversal.Load.Native;

/// <summary>The kernel's <c>struct iovec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public byte* Bytes;
    public nuint Length;
}
