using System.Buffers.Binary;

namespace Traversal.Stun;

public readonly ref partial struct StunMessage
{
    /// <summary>Reads a message that fills <paramref name="datagram"/> exactly.</summary>
    /// <param name="datagram">The bytes, which the message goes on using.</param>
    /// <param name="message">The message; empty unless the status is <see cref="StunParseStatus.Ok"/>.</param>
    /// <returns>Why the bytes were refused, or <see cref="StunParseStatus.Ok"/>. Neither FINGERPRINT nor integrity is checked here.</returns>
    public static StunParseStatus TryParse(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (datagram.Length < HeaderLength) return StunParseStatus.Truncated;
        if (datagram[0] >= 0x40) return StunParseStatus.NotStun;
        if (BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]) != MagicCookie) return StunParseStatus.NoMagicCookie;
        return TryParseBody(datagram, out message);
    }

    /// <summary>
    /// Reads what <see cref="TryParse"/> reads, and messages of RFC 3489 too, whose transaction id has no magic cookie in front. A server
    /// answers such a Binding request with MAPPED-ADDRESS through <see cref="StunMessageWriter.Answer"/>.
    /// </summary>
    /// <inheritdoc cref="TryParse"/>
    public static StunParseStatus TryParseClassic(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        if (datagram.Length < HeaderLength) return StunParseStatus.Truncated;
        if (datagram[0] >= 0x40) return StunParseStatus.NotStun;
        return TryParseBody(datagram, out message);
    }

    private static StunParseStatus TryParseBody(ReadOnlySpan<byte> datagram, out StunMessage message)
    {
        message = default;
        int length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if ((length & 3) != 0) return StunParseStatus.LengthNotAligned;
        if (length != datagram.Length - HeaderLength)
            return length > datagram.Length - HeaderLength ? StunParseStatus.Truncated : StunParseStatus.TrailingBytes;

        int end = 0, integrity = 0, integritySha256 = 0, fingerprint = 0;
        for (int offset = HeaderLength; offset < datagram.Length;)
        {
            // The length is a multiple of four, so there is a whole attribute header.
            uint header = BinaryPrimitives.ReadUInt32BigEndian(datagram[offset..]);
            int valueLength = (int)(header & 0xFFFF);
            int next = offset + AttributeHeaderLength + (valueLength + 3 & ~3);
            if (next > datagram.Length) return StunParseStatus.AttributeOverrun;

            var type = (StunAttributeType)(header >> 16);
            switch (type)
            {
                case StunAttributeType.Fingerprint:
                    if (valueLength != StunLimits.FingerprintBytes) return StunParseStatus.BadFingerprintLength;
                    if (next != datagram.Length) return StunParseStatus.AttributeAfterFingerprint;
                    fingerprint = offset;
                    if (end == 0) end = offset;
                    break;

                // Neither counts after MESSAGE-INTEGRITY-SHA256 (RFC 8489 section 14.6).
                case StunAttributeType.MessageIntegrity when (integrity | integritySha256) == 0:
                    if (valueLength != StunLimits.IntegrityBytes) return StunParseStatus.BadIntegrityLength;
                    integrity = end = offset;
                    break;

                case StunAttributeType.MessageIntegritySha256 when integritySha256 == 0:
                    if (!IntegrityAttributes.IsSha256Length(valueLength)) return StunParseStatus.BadIntegritySha256Length;
                    integritySha256 = offset;
                    if (end == 0) end = offset;
                    break;

                default:
                    if (end != 0 || !AttributeRules.Has(type)) break;
                    StunParseStatus status = AttributeRules.Check(type, datagram.Slice(offset + AttributeHeaderLength, valueLength));
                    if (status != StunParseStatus.Ok) return status;
                    break;
            }

            offset = next;
        }

        message = new StunMessage(datagram, end == 0 ? datagram.Length : end, integrity, integritySha256, fingerprint);
        return StunParseStatus.Ok;
    }
}
