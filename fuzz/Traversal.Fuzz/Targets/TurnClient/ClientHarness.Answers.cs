using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Fuzz;

internal sealed partial class ClientHarness
{
    private static readonly TransportAddress Relayed = TransportAddress.Parse("198.0.2.1:50000"), RelayedIPv6 = TransportAddress.Parse("[2a00::1]:50000");

    private readonly byte[] _answer = new byte[2048];

    private delegate void Body(ref StunMessageWriter writer, in ClientEvent next);

    private void Sent(ReadOnlySpan<byte> message)
    {
        Invariant.Holds(StunMessage.TryParse(message, out StunMessage request) == StunParseStatus.Ok, "What is sent is a message.");
        if (request.Class != StunClass.Request) return;

        Invariant.Holds(!request.HasIntegrity || !request.HasIntegritySha256, "One integrity attribute is enough for a server that was asked.");
        byte[] copy = message.ToArray();
        bool isAgain = _requests.Exists(sent => sent.AsSpan().SequenceEqual(copy));
        Invariant.Holds(!isAgain || !_options.IsStream, "On a stream nothing is sent twice.");
        if (!isAgain) _requests.Add(copy);
    }

    private void Answer(in ClientEvent next, bool isSuccess)
    {
        if (!TryFindRequest(next.Who, out StunMessage request)) return;

        IntegrityKey? key = ClientKeys.Of(in request);
        int signed = next.Flags & 3;
        IntegrityKey? with = signed == 0 ? null : signed == 3 ? IntegrityKey.FromBytes("another"u8) : key;
        StunIntegrity integrity = with is null ? StunIntegrity.None : request.HasIntegritySha256 ^ signed == 2 ? StunIntegrity.Sha256 : StunIntegrity.Sha1;
        ReadOnlySpan<byte> message = Write(in request, in next, isSuccess ? StunClass.SuccessResponse : StunClass.ErrorResponse, isSuccess ? Succeed : Fail, with, integrity);
        if (message.IsEmpty) return;

        StunMessage.TryParse(message, out StunMessage answer);
        bool isChallenge = answer.TryGetErrorCode(out StunErrorCode code, out _) && code is StunErrorCode.Unauthenticated or StunErrorCode.StaleNonce;
        bool isTrue = key is null || answer.VerifyIntegritySha256(key) || (!request.HasIntegritySha256 && answer.VerifyIntegrity(key));
        TurnAllocationState before = _allocation.State;
        TurnArrival arrival = Arrive(message);
        if (isTrue || isChallenge || _options.IsStream) return;

        Invariant.Holds(arrival.Kind == TurnArrivalKind.Dropped && _allocation.State == before, "What is not signed changes nothing.");
    }

    private void Challenge(in ClientEvent next)
    {
        if (!TryFindRequest(next.Who, out StunMessage request)) return;
        Arrive(Write(in request, in next, StunClass.ErrorResponse, WriteChallenge, null, StunIntegrity.None));
    }

    private static void WriteChallenge(ref StunMessageWriter writer, in ClientEvent next)
    {
        Span<byte> nonce = stackalloc byte[NonceCookie.Length + 1];
        StunSecurityFeatures features =
            (next.Has(1) ? StunSecurityFeatures.PasswordAlgorithms : StunSecurityFeatures.None) |
            (next.Has(2) ? StunSecurityFeatures.UsernameAnonymity : StunSecurityFeatures.None);
        NonceCookie.Write(features, nonce);
        nonce[^1] = next.Who;
        writer.AddErrorCode(next.Has(0) ? StunErrorCode.StaleNonce : StunErrorCode.Unauthenticated);
        writer.Add(StunAttributeType.Realm, ClientKeys.Realm(next.Flags >> 4 & 3));
        writer.Add(StunAttributeType.Nonce, nonce);
        if (next.Has(3)) writer.AddPasswordAlgorithms(StunAttributeType.PasswordAlgorithms, PasswordAlgorithm.Md5, PasswordAlgorithm.Sha256);
        AddRaw(ref writer, next.Payload);
    }

    private void Succeed(ref StunMessageWriter writer, in ClientEvent next)
    {
        if (next.Has(2))
        {
            writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in Relayed);
            if (_options.AdditionalIPv6) writer.AddXorAddress(StunAttributeType.XorRelayedAddress, in RelayedIPv6);
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in Peers[6]);
            writer.AddLifetime(600);
        }

        if (next.Has(3)) writer.Add(StunAttributeType.MobilityTicket, "ticket"u8);
        AddRaw(ref writer, next.Payload);
    }

    private void Fail(ref StunMessageWriter writer, in ClientEvent next)
    {
        if (next.Payload.Length < 2) return;
        writer.AddErrorCode((StunErrorCode)((3 + next.Payload[0] % 4) * 100 + next.Payload[1] % 100));
        AddRaw(ref writer, next.Payload[2..]);
    }

    private ReadOnlySpan<byte> Write(
        in StunMessage request, in ClientEvent next, StunClass messageClass, Body body, IntegrityKey? key, StunIntegrity integrity)
    {
        TransactionId id = request.TransactionId;
        var writer = new StunMessageWriter(_answer, messageClass, request.Method, in id);
        body(ref writer, in next);
        return _answer.AsSpan(0, writer.Finish(key, integrity, fingerprint: next.Kind != ClientEventKind.Challenge && next.Has(4)));
    }

    // Type, length and value as they come, as far as they are whole.
    private static void AddRaw(ref StunMessageWriter writer, ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length >= 4)
        {
            int type = NaiveReader.Word(attributes, 0), length = Math.Min(NaiveReader.Word(attributes, 2), attributes.Length - 4);
            if (writer.TryReserve((StunAttributeType)type, length, out Span<byte> value)) attributes.Slice(4, length).CopyTo(value);
            attributes = attributes[Math.Min(attributes.Length, 4 + (length + 3 & ~3))..];
        }
    }

    private bool TryFindRequest(int who, out StunMessage request)
    {
        request = default;
        return _requests.Count > 0 && StunMessage.TryParse(_requests[^(1 + who % _requests.Count)], out request) == StunParseStatus.Ok;
    }
}
