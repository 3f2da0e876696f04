using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>One message to send or to receive into (<c>msghdr</c> of the 64-bit systems).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageHeader
{
    public byte* Name;
    public uint NameLength;
    public IOVector* Vectors;
    public nuint VectorCount;
    public byte* Control;
    public nuint ControlLength;
    public int Flags;
}
