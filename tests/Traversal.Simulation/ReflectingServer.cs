using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Simulation;

/// <summary>A STUN server that tells everybody where it sees them, and no more (RFC 8489 section 12).</summary>
public sealed class ReflectingServer
{
    private readonly Host _host;

    /// <summary>A server on a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="address">Where it listens.</param>
    public ReflectingServer(Host host, in TransportAddress address)
    {
        _host = host;
        host.Open(in address, OnPacket);
    }

    private void OnPacket(Packet packet)
    {
        if (StunMessage.TryParse(packet.Bytes, out StunMessage request) != StunParseStatus.Ok || request.Class != StunClass.Request) return;

        Span<byte> answer = stackalloc byte[64];
        var writer = StunMessageWriter.Answer(answer, StunClass.SuccessResponse, in request);
        writer.AddXorAddress(StunAttributeType.XorMappedAddress, packet.Source);
        _host.Send(packet.Destination, packet.Source, answer[..writer.Finish()]);
    }
}
