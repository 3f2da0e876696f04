using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>What an error queue tells (<c>sock_extended_err</c>).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SocketError
{
    public uint Error;
    public byte Origin;
    public byte IcmpType;
    public byte IcmpCode;
    public byte Padding;

    /// <summary>The MTU, where the error is about it.</summary>
    public uint Information;

    public uint Data;
}
