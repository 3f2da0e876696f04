using Traversal.Stun;

namespace Traversal.Turn.Client;

/// <summary>What an answer may hold that must be understood (RFC 8489 sections 6.3.3 and 6.3.4).</summary>
internal static class UnderstoodAttributes
{
    private static readonly StunAttributeSet InResponses = StunAttributeSet.Of(
        StunAttributeType.MappedAddress,
        StunAttributeType.XorMappedAddress,
        StunAttributeType.XorRelayedAddress,
        StunAttributeType.XorPeerAddress,
        StunAttributeType.Lifetime,
        StunAttributeType.ReservationToken,
        StunAttributeType.ChannelNumber,
        StunAttributeType.ConnectionId,
        StunAttributeType.RequestedTransport,
        StunAttributeType.ErrorCode,
        StunAttributeType.UnknownAttributes,
        StunAttributeType.Username,
        StunAttributeType.Userhash,
        StunAttributeType.Realm,
        StunAttributeType.Nonce,
        StunAttributeType.PasswordAlgorithm);

    /// <summary>Whether there is more: then the answer, though authentic, fails its transaction.</summary>
    public static bool IsExceededBy(scoped in StunMessage response)
    {
        Span<ushort> unknown = stackalloc ushort[1];
        return response.FindUnknownRequired(in InResponses, unknown) > 0;
    }
}
