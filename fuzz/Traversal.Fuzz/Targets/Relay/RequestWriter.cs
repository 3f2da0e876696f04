using System.Buffers.Binary;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>Writes requests around attributes that may be anything.</summary>
internal static class RequestWriter
{
    private const int MaxLength = 1024;

    private static readonly StunMethod[] Methods = [StunMethod.Allocate, StunMethod.Refresh, StunMethod.CreatePermission, StunMethod.ChannelBind];

    /// <summary>The request of an event.</summary>
    /// <param name="request">The flags: two bits of method, two of user, FINGERPRINT, a spoilt nonce, SHA-256.</param>
    /// <param name="number">The transaction id.</param>
    /// <param name="nonce">The nonce.</param>
    /// <param name="token">What to redeem; 0 for nothing.</param>
    /// <param name="key">The key that it was signed with.</param>
    public static byte[] Write(in RelayEvent request, byte number, ReadOnlySpan<byte> nonce, ulong token, out RelayKey key)
    {
        RelayUserKeys user = RelayUsers.All[request.Flags >> 2 & 3];
        RelayBearer? bearer = (request.Who & 0x40) != 0 ? RelayBearers.All[request.Who >> 4 & 3] : null;
        bool fingerprint = request.Has(4), spoilNonce = request.Has(5), sha256 = request.Has(6);
        byte[] buffer = new byte[MaxLength];
        int length = WriteHeader(buffer, Methods[request.Flags & 3], number);

        request.Payload.CopyTo(buffer.AsSpan(length));
        length += request.Payload.Length + 3 & ~3;
        if (token != 0) length = AddToken(buffer, length, token);

        // One in the payload stands before it, and counts in its place.
        bool isTokenDue = (request.Flags & 3) < 2;
        if (bearer is not null && isTokenDue) length = Add(buffer, length, StunAttributeType.AccessToken, bearer.Token);
        length = Add(buffer, length, StunAttributeType.Username, bearer?.KeyId ?? user.Name);
        length = Add(buffer, length, StunAttributeType.Realm, "example.org"u8);
        int nonceStart = length + StunMessage.AttributeHeaderLength;
        length = Add(buffer, length, StunAttributeType.Nonce, nonce);
        if (spoilNonce) buffer[nonceStart] ^= 1;
        if (sha256)
        {
            length = Add(buffer, length, StunAttributeType.PasswordAlgorithms, [0, 2, 0, 0, 0, 1, 0, 0]);
            length = Add(buffer, length, StunAttributeType.PasswordAlgorithm, [0, 2, 0, 0]);
        }

        // What is zero here is made true by the repair.
        StunAttributeType integrity = sha256 ? StunAttributeType.MessageIntegritySha256 : StunAttributeType.MessageIntegrity;
        length = Add(buffer, length, integrity, sha256 ? new byte[StunLimits.IntegritySha256Bytes] : new byte[StunLimits.IntegrityBytes]);
        if (fingerprint) length = Add(buffer, length, StunAttributeType.Fingerprint, new byte[StunLimits.FingerprintBytes]);

        key = bearer?.Key ?? (sha256 ? user.Sha256 : user.Md5);
        byte[] message = buffer[..length];
        MessageRepair.Repair(message, key.Bytes);
        return message;
    }

    /// <summary>An Allocate without credentials, which is answered with a nonce.</summary>
    public static byte[] WriteChallengeable()
    {
        byte[] message = new byte[StunMessage.HeaderLength + 2 * sizeof(uint)];
        Add(message, WriteHeader(message, StunMethod.Allocate, 0), StunAttributeType.RequestedTransport, [17, 0, 0, 0]);
        message[3] = 2 * sizeof(uint);
        return message;
    }

    private static int WriteHeader(Span<byte> buffer, StunMethod method, byte number)
    {
        TransactionId id = TransactionId.Read([.. "transaction"u8, number]);
        _ = new StunMessageWriter(buffer, StunClass.Request, method, in id);
        return StunMessage.HeaderLength;
    }

    private static int AddToken(Span<byte> buffer, int start, ulong token)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(value, token);
        return Add(buffer, start, StunAttributeType.ReservationToken, value);
    }

    private static int Add(Span<byte> buffer, int start, StunAttributeType type, ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(buffer[start..], (uint)type << 16 | (uint)value.Length);
        value.CopyTo(buffer[(start + StunMessage.AttributeHeaderLength)..]);
        return start + StunMessage.AttributeHeaderLength + (value.Length + 3 & ~3);
    }
}
