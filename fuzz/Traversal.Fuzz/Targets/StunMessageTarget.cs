using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>
/// The message reader: the input as it came, then the same with length, integrity and fingerprint made true. Everything that can be asked of a
/// message is asked and held against <see cref="NaiveReader"/>; what was read is written again and read once more.
/// </summary>
internal sealed class StunMessageTarget : IFuzzTarget
{
    /// <summary>The key of every message with integrity.</summary>
    public static ReadOnlySpan<byte> KeyBytes => "VOkJxbRl1RmTxUk/WvJxBt"u8;

    private static readonly IntegrityKey Key = IntegrityKey.FromBytes(KeyBytes);

    public static string Name => "stun-message";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        input = GuardedInput.Copy(input);
        StunParseStatus status = StunMessage.TryParse(input, out StunMessage message);
        StunParseStatus classicStatus = StunMessage.TryParseClassic(input, out StunMessage classic);
        Invariant.Holds(status != StunParseStatus.Ok || NaiveReader.IsWellFormed(input, classic: false), "What is malformed is refused.");
        Invariant.Holds(classicStatus != StunParseStatus.Ok || NaiveReader.IsWellFormed(input, classic: true), "What is malformed is refused.");
        Invariant.Holds(status == StunParseStatus.NoMagicCookie || status == classicStatus, "Only the cookie tells the two readers apart.");

        if (status == StunParseStatus.Ok) Check(message, input);
        else if (classicStatus == StunParseStatus.Ok) Check(classic, input);

        if (input.Length >= StunMessage.HeaderLength) CheckRepaired(input);
    }

    private static void Check(in StunMessage message, ReadOnlySpan<byte> input)
    {
        Invariant.Holds(message.Bytes == input, "The message is the bytes.");
        Invariant.Holds(PacketDemultiplexer.Classify(input) == PacketKind.Stun == input[0] <= 3, "Methods below 0x100 are demultiplexed as STUN.");
        Invariant.Holds(StunMessage.LooksLikeStun(input) == !message.IsClassic, "The cookie is what STUN looks like.");
        MessageChecks.Run(message);
        TurnAttributeChecks.Run(message);

        int prefix = input.Length - 1 - input[^1] % input.Length;
        Invariant.Holds(StunMessage.TryParseClassic(input[..prefix], out _) != StunParseStatus.Ok, "A prefix is no message.");
    }

    private static void CheckRepaired(ReadOnlySpan<byte> input)
    {
        byte[] repaired = input.ToArray();
        int length = MessageRepair.Repair(repaired, KeyBytes);
        if (length == 0) return;

        Span<byte> bytes = GuardedInput.Copy(repaired.AsSpan(0, length));
        if (StunMessage.TryParse(bytes, out StunMessage message) != StunParseStatus.Ok) return;

        Check(message, bytes);
        Invariant.Holds(message.IsFingerprintValid() == message.HasFingerprint, "A true fingerprint is valid.");
        Invariant.Holds(message.VerifyIntegrity(Key) == message.HasIntegrity, "A true MESSAGE-INTEGRITY is valid.");
        Invariant.Holds(
            message.VerifyIntegritySha256(Key, StunLimits.MinIntegritySha256Bytes) == message.HasIntegritySha256,
            "A true MESSAGE-INTEGRITY-SHA256 is valid.");

        Rewriting.Check(message, Key);
        if (message.HasFingerprint) CheckFlippedBit(bytes);
    }

    private static void CheckFlippedBit(Span<byte> bytes)
    {
        int covered = bytes.Length - StunMessage.AttributeHeaderLength - StunLimits.FingerprintBytes;
        int bit = (bytes[^1] << 8 | bytes[^2]) % (covered * 8);
        bytes[bit / 8] ^= (byte)(1 << bit % 8);
        bool valid = StunMessage.TryParse(bytes, out StunMessage message) == StunParseStatus.Ok && message.IsFingerprintValid();
        Invariant.Holds(!valid, "A flipped bit spoils the fingerprint.");
    }
}
