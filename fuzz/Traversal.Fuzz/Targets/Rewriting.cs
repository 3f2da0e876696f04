using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>Writes what was read from a message whose integrity and fingerprint are true; the writer must arrive at the same bytes.</summary>
internal static class Rewriting
{
    /// <summary>Runs the check.</summary>
    public static void Check(in StunMessage message, IntegrityKey key)
    {
        Span<byte> buffer = new byte[message.Bytes.Length];
        TransactionId id = message.TransactionId;
        var writer = new StunMessageWriter(buffer, message.Class, message.Method, in id);
        var integrity = StunIntegrity.None;
        int sha256Length = StunLimits.IntegritySha256Bytes;
        bool isCanonical = true;

        var reader = new NaiveReader(message.Bytes);
        while (reader.Next())
        {
            isCanonical &= reader.Counts && reader.IsZeroPadded;
            if (!reader.Counts) continue;
            switch (reader.Type)
            {
                case StunAttributeType.MessageIntegrity: integrity |= StunIntegrity.Sha1; break;
                case StunAttributeType.MessageIntegritySha256: integrity |= StunIntegrity.Sha256; sha256Length = reader.Value.Length; break;
                case StunAttributeType.Fingerprint: break;
                default:
                    if (writer.TryReserve(reader.Type, reader.Value.Length, out Span<byte> value)) reader.Value.CopyTo(value);
                    break;
            }
        }

        int length = writer.Finish(key, integrity, message.HasFingerprint, sha256Length);
        Invariant.Holds(
            length > 0 && StunMessage.TryParse(buffer[..length], out _) == StunParseStatus.Ok,
            "What was read can be written and read again.");
        Invariant.Holds(!isCanonical || buffer[..length].SequenceEqual(message.Bytes), "It is the same message.");
    }
}
