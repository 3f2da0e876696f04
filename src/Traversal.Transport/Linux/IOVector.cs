using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>A piece of memory (<c>iovec</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IOVector
{
    public byte* Base;
    public nuint Length;
}
