using System.Buffers.Binary;

namespace Traversal.Stun;

/// <summary>The value of ERROR-CODE: a class of hundreds, a number below a hundred, a reason phrase (RFC 8489 section 14.8).</summary>
internal static class ErrorCodeAttribute
{
    public const int FixedLength = 4;

    public static bool TryRead(ReadOnlySpan<byte> value, out StunErrorCode code, out ReadOnlySpan<byte> reason)
    {
        code = StunErrorCode.None;
        reason = default;
        if (value.Length < FixedLength) return false;

        int hundreds = value[2] & 7, number = value[3];
        if (hundreds is < 3 or > 6 || number > 99) return false;

        code = (StunErrorCode)(hundreds * 100 + number);
        reason = value[FixedLength..];
        return true;
    }

    public static void Write(StunErrorCode code, ReadOnlySpan<byte> reason, Span<byte> value)
    {
        (int hundreds, int number) = Math.DivRem((int)code, 100);
        BinaryPrimitives.WriteUInt32BigEndian(value, (uint)(hundreds << 8 | number));
        reason.CopyTo(value[FixedLength..]);
    }
}
