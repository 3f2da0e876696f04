using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>The control message of an error queue: <c>cmsghdr</c>, <c>sock_extended_err</c>, and room for the address of who sent the ICMP message.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal struct ErrorControl
{
    public nuint Length;
    public int Level;
    public int Type;
    public uint Error;
    public byte Origin;
    public byte IcmpType;
    public byte IcmpCode;
    public byte Padding;

    /// <summary>The MTU, where the error is about it.</summary>
    public uint Information;

    public uint Data;
}
