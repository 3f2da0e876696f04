using System.Runtime.InteropServices;
using Traversal.Turn.Server;

namespace Traversal.Server.Rings;

/// <summary>What stands in front of each packet in a ring.</summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
internal struct PacketHeader
{
    /// <summary>A power of two.</summary>
    public const int Size = 64;

    /// <summary>The <see cref="Length"/> that says that the next packet stands at the beginning of the ring.</summary>
    public const int Skip = -1;

    public HandOver HandOver;

    /// <summary>The bytes of the packet, without headroom.</summary>
    public int Length;
}
