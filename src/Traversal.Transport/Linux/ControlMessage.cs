using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>
/// A control message with one number, <c>cmsghdr</c> and its data, padded as the kernel wants it: the size of segments to send (<c>UDP_SEGMENT</c>,
/// 2 bytes) or received (<c>UDP_GRO</c>, 4 bytes), a traffic class (4 bytes, received on IPv4 1), a hop limit (4 bytes).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ControlMessage
{
    /// <summary>The most that one datagram has: segments, traffic class, hop limit.</summary>
    public const int MaxCount = 3;

    public nuint Length;
    public int Level;
    public int Type;
    public uint Value;
    private readonly uint _padding;

    /// <summary>The length of a message without data.</summary>
    public static int HeaderLength => sizeof(nuint) + sizeof(int) + sizeof(int);

    /// <summary>The size of the segments to send.</summary>
    public static ControlMessage Segments(uint size) => new()
    {
        Length = (nuint)HeaderLength + sizeof(ushort),
        Level = Kernel.UdpLevel,
        Type = Kernel.UdpSegment,
        Value = size,
    };

    /// <summary>Writes what a header has that is not the default; returns how many messages that took, two at most.</summary>
    public static int Write(ControlMessage* messages, IPHeader header, bool isIPv6)
    {
        int count = 0;
        if (header.TrafficClass != 0)
        {
            messages[count++] = isIPv6
                ? Number(Kernel.IPv6Level, Kernel.IPv6TrafficClass, header.TrafficClass)
                : Number(Kernel.IPv4Level, Kernel.IPv4TrafficClass, header.TrafficClass);
        }

        if (header.HopLimit != 0)
        {
            messages[count++] = isIPv6
                ? Number(Kernel.IPv6Level, Kernel.IPv6HopLimit, header.HopLimit)
                : Number(Kernel.IPv4Level, Kernel.IPv4HopLimit, header.HopLimit);
        }

        return count;
    }

    private static ControlMessage Number(int level, int type, uint value) =>
        new() { Length = (nuint)HeaderLength + sizeof(int), Level = level, Type = type, Value = value };
}
