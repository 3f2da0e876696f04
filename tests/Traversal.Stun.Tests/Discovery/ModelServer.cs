using Traversal.Primitives;

namespace Traversal.Stun.Tests.Discovery;

/// <summary>A STUN server with two addresses and two ports, as capable as a test wants it.</summary>
internal sealed class ModelServer
{
    public static readonly TransportAddress Primary = TransportAddress.Parse("198.51.100.2:3478"), Other = TransportAddress.Parse("198.51.100.3:3479");

    /// <summary>A server that has nothing to do with the other.</summary>
    public static readonly TransportAddress Second = TransportAddress.Parse("192.0.2.200:3478");

    /// <summary>What it says as OTHER-ADDRESS; the default value for nothing, in which case CHANGE-REQUEST is 420.</summary>
    public TransportAddress Announces { get; init; } = Other;

    public bool IgnoresChange { get; init; }

    public bool KnowsResponsePort { get; init; } = true;

    public bool OtherIsDead { get; init; }

    public StunErrorCode Error { get; init; }

    public bool IsDown { get; init; }

    public int Requests { get; private set; }

    /// <summary>Answers a request that arrived at one of its addresses; null if that is none, or it is silent.</summary>
    public (TransportAddress From, TransportAddress To, byte[] Answer)? Answer(byte[] bytes, TransportAddress source, TransportAddress at)
    {
        bool isHere = at == Primary || at == Second || at == Other || at == Other.WithPort(Primary.Port) || at == Primary.WithPort(Other.Port);
        if (IsDown || !isHere || (OtherIsDead && at.HasSameAddress(Other))) return null;
        Requests++;
        Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(bytes, out StunMessage request));
        // RFC5780-5-4
        Assert.True(request.HasFingerprint && request.IsFingerprintValid());
        request.TryGetChangeRequest(out ChangeRequest change);
        bool toPort = request.TryGetResponsePort(out ushort responsePort);
        byte[] answer = new byte[200];
        bool refused = (change != ChangeRequest.None && Announces.IsNone && !IgnoresChange) || (toPort && !KnowsResponsePort);
        if (refused || Error != StunErrorCode.None)
        {
            StunMessageWriter error = StunMessageWriter.Answer(answer, StunClass.ErrorResponse, in request);
            error.AddErrorCode(refused ? StunErrorCode.UnknownAttribute : Error);
            return (at, source, answer[..error.Finish()]);
        }

        if (IgnoresChange) change = ChangeRequest.None;
        TransportAddress from = change.HasFlag(ChangeRequest.Address) ? Other.WithPort(at.Port) : at;
        if (change.HasFlag(ChangeRequest.Port)) from = from.WithPort(Other.Port);
        StunMessageWriter success = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
        success.AddXorAddress(StunAttributeType.XorMappedAddress, in source);
        success.AddAddress(StunAttributeType.MappedAddress, in source);
        success.AddAddress(StunAttributeType.ResponseOrigin, in from);
        if (!Announces.IsNone) success.AddAddress(StunAttributeType.OtherAddress, Announces);
        bool silent = OtherIsDead && from.HasSameAddress(Other);
        return silent ? null : (from, toPort ? source.WithPort(responsePort) : source, answer[..success.Finish()]);
    }
}
