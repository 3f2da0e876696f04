using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Traversal.Stun;

/// <summary>Verifies up to eight messages side by side: lane n of every vector belongs to message n.</summary>
internal static class IntegrityLanes
{
    /// <summary>How many messages fit.</summary>
    public const int Count = Sha1Lanes.Count;

    // Messages of a longer body are verified one by one: a lane's blocks stand on the stack.
    private const int MaxBlocks = 6;
    private const int LaneLength = MaxBlocks * HashBlock.Length;

    /// <summary>Whether the processor has such vectors.</summary>
    public static bool IsSupported => Avx2.IsSupported;

    /// <summary>Whether every message is short enough for its lane.</summary>
    public static bool Take(ReadOnlySpan<IntegrityCheck> checks)
    {
        foreach (ref readonly IntegrityCheck check in checks)
        {
            if (HashPadding.Blocks(check.CoveredLength) > MaxBlocks) return false;
        }

        return true;
    }

    /// <summary>Verifies one to eight messages.</summary>
    [SkipLocalsInit]
    public static void Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<IntegrityCheck> checks, Span<bool> valid)
    {
        Span<byte> padded = stackalloc byte[Count * LaneLength];
        Span<uint> blocks = stackalloc uint[Count];
        blocks.Clear();
        uint most = 0;
        for (int lane = 0; lane < checks.Length; lane++)
        {
            blocks[lane] = PadMessage(bytes, in checks[lane], padded.Slice(lane * LaneLength, LaneLength));
            most = Math.Max(most, blocks[lane]);
        }

        Sha1Lanes inner = Load(checks, inner: true);
        Vector256<uint> remaining = Vector256.Create<uint>(blocks);
        for (int block = 0; block < most; block++)
        {
            Sha1Lanes before = inner;
            inner.CompressBytes(padded[(block * HashBlock.Length)..], LaneLength);

            // A lane whose message has ended keeps its state.
            inner = Sha1Lanes.Select(Vector256.GreaterThan(remaining, Vector256.Create((uint)block)), inner, before);
        }

        Sha1Lanes outer = Load(checks, inner: false);
        outer.CompressDigest(in inner);
        Compare(bytes, checks, in outer, valid);
    }

    // Copies what the inner hash covers, with the header's length ending at MESSAGE-INTEGRITY, and pads it. Returns how many blocks that
    // is.
    private static uint PadMessage(ReadOnlySpan<byte> bytes, in IntegrityCheck check, Span<byte> lane)
    {
        int length = check.CoveredLength;
        if (length == 0) return 0;

        int blocks = HashPadding.Blocks(length);
        bytes.Slice(check.Start, length).CopyTo(lane);
        BinaryPrimitives.WriteUInt16BigEndian(lane[2..], IntegrityKey.HeaderLengthFor(length, StunLimits.IntegrityBytes));
        HashPadding.Write(lane[..(blocks * HashBlock.Length)], length, HashBlock.Length + length);
        return (uint)blocks;
    }

    // The prepared states of the keys, one to a lane; unused lanes are zero.
    [SkipLocalsInit]
    private static Sha1Lanes Load(ReadOnlySpan<IntegrityCheck> checks, bool inner)
    {
        Span<uint> words = stackalloc uint[5 * Count];
        words.Clear();
        for (int lane = 0; lane < checks.Length; lane++)
        {
            ref readonly Sha1State state = ref inner ? ref checks[lane].Key.Sha1Inner : ref checks[lane].Key.Sha1Outer;
            words[lane] = state.A;
            words[lane + Count] = state.B;
            words[lane + 2 * Count] = state.C;
            words[lane + 3 * Count] = state.D;
            words[lane + 4 * Count] = state.E;
        }

        return Sha1Lanes.Read(words);
    }

    // Every lane is compared whole, so that the time does not tell where two codes differ.
    [SkipLocalsInit]
    private static void Compare(ReadOnlySpan<byte> bytes, ReadOnlySpan<IntegrityCheck> checks, in Sha1Lanes codes, Span<bool> valid)
    {
        Span<uint> words = stackalloc uint[5 * Count];
        words.Clear();
        for (int lane = 0; lane < checks.Length; lane++)
        {
            ref readonly IntegrityCheck check = ref checks[lane];
            if (check.CoveredLength == 0) continue;

            ReadOnlySpan<byte> code = bytes.Slice(
                check.Start + check.CoveredLength + StunMessage.AttributeHeaderLength, StunLimits.IntegrityBytes);
            for (int word = 0; word < 5; word++) words[lane + word * Count] = BinaryPrimitives.ReadUInt32BigEndian(code[(word * 4)..]);
        }

        Vector256<uint> different = codes.DifferenceFrom(Sha1Lanes.Read(words));
        for (int lane = 0; lane < checks.Length; lane++) valid[lane] = different[lane] == 0 && checks[lane].CoveredLength != 0;
    }
}
