using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>How many types an UNKNOWN-ATTRIBUTES names at most.</summary>
    private const int MaxUnknownTypes = 16;

    // What requests may carry without being refused. What is known but has no business in a request is ignored (RFC 8489 section 6.3).
    private static readonly StunAttributeSet Understood = StunAttributeSet.Of(
        StunAttributeType.MappedAddress, StunAttributeType.Username, StunAttributeType.MessageIntegrity, StunAttributeType.ErrorCode,
        StunAttributeType.UnknownAttributes, StunAttributeType.ChannelNumber, StunAttributeType.Lifetime, StunAttributeType.XorPeerAddress,
        StunAttributeType.Data, StunAttributeType.Realm, StunAttributeType.Nonce, StunAttributeType.XorRelayedAddress,
        StunAttributeType.RequestedAddressFamily, StunAttributeType.EvenPort, StunAttributeType.RequestedTransport,
        StunAttributeType.DontFragment, StunAttributeType.MessageIntegritySha256, StunAttributeType.PasswordAlgorithm,
        StunAttributeType.Userhash, StunAttributeType.XorMappedAddress, StunAttributeType.ReservationToken, StunAttributeType.ConnectionId);

    private static readonly StunAttributeSet UnderstoodWithTokens = Understood | StunAttributeSet.Of(StunAttributeType.AccessToken);

    private static readonly StunAttributeSet UnderstoodInDiscovery =
        Understood | StunAttributeSet.Of(StunAttributeType.ChangeRequest, StunAttributeType.ResponsePort, StunAttributeType.Padding);

    /// <summary>Refuses a request with attributes that must be understood and are not: 420 with their list (RFC 8489 section 6.3.1).</summary>
    private bool HasUnknownAttributes(scoped ref RelayRequest request, in StunAttributeSet understood, out RelayVerdict refusal)
    {
        Span<ushort> unknown = stackalloc ushort[MaxUnknownTypes];
        int count = request.Message.FindUnknownRequired(in understood, unknown);
        refusal = count == 0 ? default : FailUnknown(ref request, unknown[..count]);
        return count != 0;
    }

    private RelayVerdict FailUnknown(scoped ref RelayRequest request, scoped ReadOnlySpan<ushort> types)
    {
        StunMessageWriter writer = BeginError(ref request, StunErrorCode.UnknownAttribute);
        writer.AddUnknownAttributes(types);
        return Finish(ref request, ref writer, RelayCounter.UnknownAttributes);
    }

    /// <summary>Refuses a request, signed if it was authenticated.</summary>
    private RelayVerdict Fail(scoped ref RelayRequest request, StunErrorCode code)
    {
        StunMessageWriter writer = BeginError(ref request, code);
        AddSoftware(ref request, ref writer);
        return Finish(ref request, ref writer, CounterOf(code));
    }

    private static StunMessageWriter BeginError(scoped ref RelayRequest request, StunErrorCode code)
    {
        var writer = StunMessageWriter.Answer(request.Reply, StunClass.ErrorResponse, in request.Message);

        // Who is not authenticated gets no reason phrase: the source may be forged, and each byte would go to a victim.
        if (request.Key is not null)
            writer.AddErrorCode(code);
        else
            AddBareErrorCode(ref writer, code);
        EchoTransmitCounter(ref request, ref writer);
        return writer;
    }

    private static void AddBareErrorCode(ref StunMessageWriter writer, StunErrorCode code)
    {
        (int hundreds, int number) = Math.DivRem((int)code, 100);
        if (writer.TryReserve(StunAttributeType.ErrorCode, sizeof(uint), out Span<byte> value))
            BinaryPrimitives.WriteUInt32BigEndian(value, (uint)(hundreds << 8 | number));
    }

    // RFC 8656 section 5 wants it in the answers to Allocate and Refresh.
    private void AddSoftware(scoped ref RelayRequest request, scoped ref StunMessageWriter writer)
    {
        if (_software.Length > 0 && request.Key is not null && request.Message.Method is StunMethod.Allocate or StunMethod.Refresh)
            writer.Add(StunAttributeType.Software, _software);
    }

    private static StunMessageWriter BeginSuccess(scoped ref RelayRequest request)
    {
        var writer = StunMessageWriter.Answer(request.Reply, StunClass.SuccessResponse, in request.Message);
        EchoTransmitCounter(ref request, ref writer);
        return writer;
    }

    // The answers are not counted, as that would be state for whoever asks (RFC 7982 section 3.3).
    private static void EchoTransmitCounter(scoped ref RelayRequest request, ref StunMessageWriter writer)
    {
        if (request.Message.TryGetTransmitCounter(out TransmitCounter counter)) writer.AddTransmitCounter(counter with { Responses = 0 });
    }

    /// <summary>Signs, counts and sends. To the unauthenticated only as the limiter allows.</summary>
    private RelayVerdict Finish(scoped ref RelayRequest request, scoped ref StunMessageWriter writer, RelayCounter counter)
    {
        int length = writer.Finish(request.Key, request.Key is null ? StunIntegrity.None : request.Integrity, request.Message.HasFingerprint);
        if (request.Key is null && !MayReply(ref request, length)) return RelayVerdict.Drop;

        _counters.Add(counter);
        return Reply(ref request, length);
    }

    private RelayVerdict Reply(scoped ref RelayRequest request, int length) =>
        length == 0
            ? Drop(RelayCounter.DroppedTooLong)
            : new RelayVerdict(RelayAction.Reply, request.Via, request.Client, 0, length);

    /// <summary>Asks the limiter, once for a request. The source of a stream is no forgery.</summary>
    private bool MayReply(scoped ref RelayRequest request, int length)
    {
        if (request.MayReply) return true;

        request.MayReply = request.Listener.Kind == ListenerKind.Stream ||
            _limiter.TryReply(in request.Source, request.Message.Bytes.Length, length, request.Clock.Now);
        if (!request.MayReply) _counters.Add(RelayCounter.DroppedReplies);
        return request.MayReply;
    }

    private static RelayCounter CounterOf(StunErrorCode code) => code switch
    {
        StunErrorCode.Unauthenticated => RelayCounter.Unauthenticated,
        StunErrorCode.Forbidden => RelayCounter.Forbidden,
        StunErrorCode.MobilityForbidden => RelayCounter.MobilityForbidden,
        StunErrorCode.UnknownAttribute => RelayCounter.UnknownAttributes,
        StunErrorCode.AllocationMismatch => RelayCounter.AllocationMismatches,
        StunErrorCode.StaleNonce => RelayCounter.StaleNonces,
        StunErrorCode.AddressFamilyNotSupported => RelayCounter.UnsupportedFamilies,
        StunErrorCode.WrongCredentials => RelayCounter.WrongCredentials,
        StunErrorCode.UnsupportedTransportProtocol => RelayCounter.UnsupportedTransports,
        StunErrorCode.PeerAddressFamilyMismatch => RelayCounter.FamilyMismatches,
        StunErrorCode.ConnectionAlreadyExists => RelayCounter.ConnectionsExisting,
        StunErrorCode.ConnectionTimeoutOrFailure => RelayCounter.ConnectFailures,
        StunErrorCode.AllocationQuotaReached => RelayCounter.QuotasReached,
        StunErrorCode.InsufficientCapacity => RelayCounter.InsufficientCapacity,
        _ => RelayCounter.BadRequests,
    };
}
