using System.Buffers.Binary;

namespace Traversal.Load.Engine;

/// <summary>The first bytes of every payload: which packet this is and when it was meant to leave.</summary>
/// <param name="Intended">The time in nanoseconds of the monotonic clock.</param>
/// <param name="Flow">The index of the client that the flow belongs to.</param>
/// <param name="Phase">The phase of the run in which it was sent; a straggler of an earlier phase is not counted in a later one.</param>
/// <param name="Sequence">Its number in the flow and direction, from 1.</param>
internal readonly record struct PacketStamp(long Intended, int Flow, byte Phase, uint Sequence)
{
    public const int Length = 16;
    public const int MaxFlows = 1 << 24;

    public void Write(Span<byte> payload)
    {
        BinaryPrimitives.WriteUInt32BigEndian(payload[12..], Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(payload[8..], (uint)Flow << 8 | Phase);
        BinaryPrimitives.WriteInt64BigEndian(payload, Intended);
    }

    public static PacketStamp Read(ReadOnlySpan<byte> payload)
    {
        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(payload[12..]);
        uint flowAndPhase = BinaryPrimitives.ReadUInt32BigEndian(payload[8..]);
        long intended = BinaryPrimitives.ReadInt64BigEndian(payload);
        return new PacketStamp(intended, (int)(flowAndPhase >> 8), (byte)flowAndPhase, sequence);
    }
}
