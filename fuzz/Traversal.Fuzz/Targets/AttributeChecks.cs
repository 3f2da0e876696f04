using System.Buffers.Binary;
using System.Text;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>Reads an attribute in every way that there is; what a reading yields must be what its bytes say.</summary>
internal static class AttributeChecks
{
    /// <summary>Runs every check on the first attribute of this one's type.</summary>
    public static void Run(in StunMessage message, StunAttribute attribute)
    {
        bool found = message.TryGet(attribute.Type, out ReadOnlySpan<byte> value);
        Invariant.Holds(found && message.Has(attribute.Type), "What is listed is found.");
        CheckNumbers(message, attribute.Type, value);
        CheckAddresses(message, attribute.Type, value);
        switch (attribute.Type)
        {
            case StunAttributeType.ErrorCode: CheckErrorCode(message, value); break;
            case StunAttributeType.Username: CheckText(value); CheckExpiry(value); break;
            case StunAttributeType.Realm: CheckText(value); break;
            case StunAttributeType.Nonce: CheckNonce(value); break;
            case StunAttributeType.PasswordAlgorithm or StunAttributeType.PasswordAlgorithms:
                CheckAlgorithms(message, attribute.Type, value);
                break;
        }
    }

    private static void CheckNumbers(in StunMessage message, StunAttributeType type, ReadOnlySpan<byte> value)
    {
        bool isWord = message.TryGetUInt32(type, out uint word), isLong = message.TryGetUInt64(type, out ulong number);
        Invariant.Holds(
            isWord == (value.Length == 4) && (!isWord || word == BinaryPrimitives.ReadUInt32BigEndian(value)),
            "Four bytes are a number.");
        Invariant.Holds(
            isLong == (value.Length == 8) && (!isLong || number == BinaryPrimitives.ReadUInt64BigEndian(value)),
            "Eight bytes are a number.");
    }

    private static void CheckAddresses(in StunMessage message, StunAttributeType type, ReadOnlySpan<byte> value)
    {
        bool isAddress = value.Length == 8 && value[1] == 1 || value.Length == 20 && value[1] == 2;
        bool plain = message.TryGetAddress(type, out TransportAddress address), masked = message.TryGetXorAddress(type, out TransportAddress xored);
        Invariant.Holds(plain == isAddress && masked == isAddress, "An address is one by family and length.");
        if (!isAddress) return;

        // The mask is the cookie and the transaction id as they should be, whatever a classic message has in the cookie's place.
        Span<byte> mask = stackalloc byte[16];
        message.Bytes.Slice(4, mask.Length).CopyTo(mask);
        BinaryPrimitives.WriteUInt32BigEndian(mask, StunMessage.MagicCookie);
        CheckAddress(address, value, default);
        CheckAddress(xored, value, mask);
    }

    private static void CheckAddress(in TransportAddress address, ReadOnlySpan<byte> value, ReadOnlySpan<byte> mask)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..address.WriteAddressBytes(bytes)];
        int port = address.Port;
        if (!mask.IsEmpty)
        {
            port ^= NaiveReader.Word(mask, 0);
            for (int i = 0; i < bytes.Length; i++) bytes[i] ^= mask[i];
        }

        Invariant.Holds(port == NaiveReader.Word(value, 2) && bytes.SequenceEqual(value[4..]), "An address is what its bytes say.");
    }

    private static void CheckErrorCode(in StunMessage message, ReadOnlySpan<byte> value)
    {
        if (!message.TryGetErrorCode(out StunErrorCode code, out ReadOnlySpan<byte> reason)) return;
        Invariant.Holds((int)code is >= 300 and <= 699 && (int)code == (value[2] & 7) * 100 + value[3], "An error code is what its bytes say.");
        Invariant.Holds(reason == value[4..], "The reason is the rest.");
    }

    private static void CheckText(ReadOnlySpan<byte> value)
    {
        if (!OpaqueString.TryPrepare(Encoding.UTF8.GetString(value), out string prepared)) return;
        Invariant.Holds(
            OpaqueString.TryPrepare(prepared, out string again) && again.Equals(prepared, StringComparison.Ordinal),
            "What is prepared stays as it is.");
    }

    private static void CheckExpiry(ReadOnlySpan<byte> username)
    {
        UInt128 expected = 0;
        int digits = 0;
        while (digits < username.Length && char.IsAsciiDigit((char)username[digits]) && expected <= long.MaxValue)
            expected = expected * 10 + (uint)(username[digits++] - '0');
        bool isExpiry = digits > 0 && expected <= long.MaxValue && (digits == username.Length || username[digits] == ':');
        bool read = RestCredential.TryReadExpiry(username, out long seconds);
        Invariant.Holds(read == isExpiry && (!read || (UInt128)seconds == expected), "An expiry is decimal digits in front of a colon.");
    }

    private static void CheckNonce(ReadOnlySpan<byte> value)
    {
        if (!NonceCookie.TryRead(value, out StunSecurityFeatures features)) return;
        Span<byte> written = stackalloc byte[NonceCookie.Length];
        NonceCookie.Write(features, written);
        Invariant.Holds(value.StartsWith(written), "A nonce cookie is written as it was read.");
    }

    private static void CheckAlgorithms(in StunMessage message, StunAttributeType type, ReadOnlySpan<byte> value)
    {
        Invariant.Holds(message.TryGetPasswordAlgorithms(type, out PasswordAlgorithmList list), "A malformed list does not parse.");
        int offset = 0, count = 0;
        foreach (PasswordAlgorithm algorithm in list)
        {
            int parameters = NaiveReader.Word(value, offset + 2);
            Invariant.Holds(offset + 4 + parameters <= value.Length, "An algorithm's parameters are in the list.");
            int expected = parameters == 0 ? NaiveReader.Word(value, offset) : 0;
            Invariant.Holds((int)algorithm == expected, "An algorithm is what its bytes say.");
            offset += 4 + parameters + 3 & ~3;
            count++;
        }

        Invariant.Holds(count == list.Count && offset >= value.Length, "The whole list is listed.");
        Invariant.Holds(list.FirstSupported() == PasswordAlgorithm.None || list.Contains(list.FirstSupported()), "The chosen one is one of them.");
    }
}
