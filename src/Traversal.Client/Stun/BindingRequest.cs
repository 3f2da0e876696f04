using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client;

/// <summary>A Binding request (RFC 8489 section 6.1) and what answers it.</summary>
internal sealed class BindingRequest
{
    /// <summary>A success response has 32 to 44 bytes of address and whatever software name the server adds; more is not an answer to this question.</summary>
    public const int MaxAnswerLength = 1500;

    private static readonly StunAttributeSet Understood = StunAttributeSet.Of(
        StunAttributeType.MappedAddress, StunAttributeType.XorMappedAddress, StunAttributeType.ErrorCode, StunAttributeType.UnknownAttributes,
        StunAttributeType.ClassicSourceAddress, StunAttributeType.ClassicChangedAddress, StunAttributeType.Realm, StunAttributeType.Nonce);

    private readonly byte[] _bytes = new byte[StunMessage.HeaderLength + 8];
    private readonly TransportAddress _server;

    public BindingRequest(RandomSource random, in TransportAddress server)
    {
        _server = server;
        Id = TransactionId.Create(random);
        TransactionId id = Id;
        var writer = new StunMessageWriter(_bytes, StunClass.Request, StunMethod.Binding, in id);
        writer.Finish(key: null, StunIntegrity.None, fingerprint: true);
    }

    public TransactionId Id { get; }

    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Reads a message that came; null when it is not an answer to this request and waiting goes on.</summary>
    public StunResult? Read(ReadOnlySpan<byte> bytes, in TransportAddress local, TimeSpan? roundTrip)
    {
        if (StunMessage.TryParse(bytes, out StunMessage message) != StunParseStatus.Ok) return null;
        if (message.Method != StunMethod.Binding || message.TransactionId != Id) return null;
        if (message.HasFingerprint && !message.IsFingerprintValid()) return null;

        switch (message.Class)
        {
            case StunClass.ErrorResponse:
                message.TryGetErrorCode(out StunErrorCode error, out _);
                return new StunResult(StunStatus.Rejected, in _server) { Error = error };
            case StunClass.SuccessResponse:
                return ReadSuccess(in message, in local, roundTrip);
            default:
                return null;
        }
    }

    private StunResult ReadSuccess(in StunMessage message, in TransportAddress local, TimeSpan? roundTrip)
    {
        // A response with what must be understood and is not fails the transaction (RFC 8489 section 6.3.3).
        Span<ushort> unknown = stackalloc ushort[1];
        if (message.FindUnknownRequired(in Understood, unknown) > 0)
            return new StunResult(StunStatus.BadAnswer, in _server) { Detail = $"attribute {unknown[0]:x4} is not understood" };

        return message.TryGetXorAddress(StunAttributeType.XorMappedAddress, out TransportAddress mapped)
            || message.TryGetAddress(StunAttributeType.MappedAddress, out mapped)
            ? new StunResult(StunStatus.Answered, in _server) { Binding = new StunBinding(mapped, local, _server, roundTrip) }
            : new StunResult(StunStatus.BadAnswer, in _server) { Detail = "it has no address" };
    }
}
