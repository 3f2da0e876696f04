using System.Runtime.InteropServices;
using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <summary>
/// What goes from one machine of a group to another, beside the bytes of the verdict: which allocation or listener they are for, and where they come
/// from. A driver carries it to the machine that it names, in a ring for instance, and gives it to <see cref="RelayMachine.OnHandedOver"/>.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)] // With a length behind it, it fills a cache line.
public readonly record struct HandOver
{
    internal HandOver(HandOverKind kind, int from, int to, int target, in TransportAddress source)
    {
        Kind = kind;
        From = (byte)from;
        To = (byte)to;
        Target = target;
        Source = source;
    }

    /// <summary>The number of the machine that it is for.</summary>
    public int Shard => To;

    /// <summary>The relayed address of the sending client, or the address of the client that was found on the wrong machine.</summary>
    internal readonly TransportAddress Source;

    /// <summary>The address that a proxy names as that of the client; none where there is no proxy.</summary>
    internal readonly TransportAddress Named { get; init; }

    /// <summary>The handle of the receiving allocation, or the number of the listener in the group.</summary>
    internal readonly int Target;

    internal readonly byte From;

    internal readonly byte To;

    internal readonly HandOverKind Kind;

    /// <summary>What the IP header of the datagram said.</summary>
    internal IPHeader Header { get; init; }
}
