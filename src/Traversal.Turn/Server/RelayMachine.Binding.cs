using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>Answers with the client's address and nothing else, as anyone may ask (RFC 8489 section 6.3.1).</summary>
    private RelayVerdict OnBinding(scoped ref RelayRequest request)
    {
        if (!request.Message.IsClassic && _discovery.TryGetValue(request.Via, out DiscoverySockets? sockets)) return OnDiscovery(ref request, sockets);
        if (HasUnknownAttributes(ref request, in Understood, out RelayVerdict refusal)) return refusal;

        StunMessageWriter writer = BeginSuccess(ref request);
        if (request.Message.IsClassic)
            writer.AddAddress(StunAttributeType.MappedAddress, in request.Source);
        else
            writer.AddXorAddress(StunAttributeType.XorMappedAddress, in request.Source);

        int length = writer.Finish(null, StunIntegrity.None, request.Message.HasFingerprint);
        if (!MayReply(ref request, length)) return RelayVerdict.Drop;

        _counters.Add(RelayCounter.BindingAnswers);
        return Reply(ref request, length);
    }

    /// <summary>A message of RFC 3489, which has no magic cookie: only Binding requests over UDP are answered (RFC 8489 section 11).</summary>
    private RelayVerdict OnClassic(
        SocketId via, in TransportAddress client, in TransportAddress source, Span<byte> datagram, Span<byte> reply, in Clock now)
    {
        bool isBinding = StunMessage.TryParseClassic(datagram, out StunMessage message) == StunParseStatus.Ok &&
            message is { Class: StunClass.Request, Method: StunMethod.Binding };
        if (!isBinding || !_listeners.TryGetValue(via, out Listener? listener) || listener.Kind != ListenerKind.Datagram)
            return Drop(RelayCounter.DroppedMalformed);

        var request = new RelayRequest { Message = message, Reply = reply, Via = via, Client = client, Source = source, Listener = listener, Clock = now };
        return OnBinding(ref request);
    }
}
