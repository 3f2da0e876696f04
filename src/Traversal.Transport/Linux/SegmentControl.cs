using System.Runtime.InteropServices;

namespace Traversal.Transport.Linux;

/// <summary>
/// A control message that holds the size of the segments of a datagram: to send (<c>UDP_SEGMENT</c>, 2 bytes) or received
/// (<c>UDP_GRO</c>, 4 bytes). <c>cmsghdr</c> and its data, padded as the kernel wants it.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SegmentControl
{
    /// <summary>The length of the header and of the two bytes that follow it.</summary>
    public const int SendLength = 18;

    public nuint Length;
    public int Level;
    public int Type;
    public uint Size;
    private readonly uint _padding;
}
