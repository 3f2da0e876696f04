using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Transport.Linux;

/// <summary>What the engine knows of one socket: half a cache line, so that thousands of them stay near.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinuxSocket
{
    /// <summary>The id of the socket that is open at this index; none when there is none.</summary>
    public SocketId Id;

    public int Descriptor;

    /// <summary>The batch of sends that <see cref="Group"/> belongs to.</summary>
    public ulong SendStamp;

    /// <summary>The place of the socket in the present batch of sends.</summary>
    public ushort Group;

    /// <summary>The longest segment that is worth trying a segmented send with: lower than the path's after a failure, 0 where the device cannot.</summary>
    public ushort MaxSegment;

    /// <summary>The wait by which the socket was read last.</summary>
    public uint LastTurn;

    /// <summary>Until this wait it is not tried whether the socket has several datagrams at once.</summary>
    public uint SingleUntil;

    public IPFamily Family;

    /// <summary>
    /// How many waits long single datagrams are expected after the last attempt to find several: 1, 2, 4 ...; 0 when it did find several.
    /// </summary>
    public byte Backoff;

    public bool IsListener;

    /// <summary>Whether several datagrams may arrive as one.</summary>
    public bool Coalesces;

    /// <summary>Whether this can be a destination for this socket at all.</summary>
    public readonly bool CanReach(in TransportAddress destination) => destination.Family == Family && destination.Port != 0;
}
