using System.Buffers.Binary;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Fuzz;

/// <summary>Writes a <see cref="RelayScript"/>.</summary>
internal sealed class RelayStory(byte configuration)
{
    private readonly List<byte> _bytes = [configuration];
    private byte _number;

    /// <summary>The script.</summary>
    public byte[] Bytes => [.. _bytes];

    public RelayStory Tell(RelayEventKind kind, int who, int flags, params ReadOnlySpan<byte> payload)
    {
        _bytes.AddRange([(byte)kind, (byte)who, (byte)flags, (byte)payload.Length]);
        _bytes.AddRange(payload);
        return this;
    }

    /// <summary>REQUESTED-TRANSPORT and whatever else is asked for.</summary>
    public RelayStory Allocate(int client, int flags = 0, params ReadOnlySpan<byte> attributes) =>
        Request(client, flags, [0x00, 0x19, 0x00, 0x04, 17, 0, 0, 0, .. attributes]);

    public RelayStory Refresh(int client, uint seconds, int flags = 0)
    {
        Span<byte> attribute = [0x00, 0x0D, 0x00, 0x04, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(attribute[4..], seconds);
        return Request(client, flags | 1, attribute);
    }

    public RelayStory Permit(int client, in TransportAddress peer, int flags = 0) => Request(client, flags | 2, Peer(in peer, _number + 1));

    public RelayStory Bind(int client, ushort channel, in TransportAddress peer, int flags = 0) =>
        Request(client, flags | 3, [0x00, 0x0C, 0x00, 0x04, (byte)(channel >> 8), (byte)channel, 0, 0, .. Peer(in peer, _number + 1)]);

    public RelayStory Request(int client, int flags, params ReadOnlySpan<byte> attributes)
    {
        _number++;
        return Tell(RelayEventKind.Request, client, flags, attributes);
    }

    /// <summary>An Allocate with the token that was given out last.</summary>
    public RelayStory Redeem(int client) => Allocate(client | 0x80);

    /// <summary>ChannelData of 60,000 bytes.</summary>
    public RelayStory SendMuchOnChannel(int client, ushort channel) =>
        Tell(RelayEventKind.Datagram, client, 128, [(byte)(channel >> 8), (byte)channel, 0xEA, 0x60]);

    /// <summary>A Send indication.</summary>
    public RelayStory Send(int client, in TransportAddress peer, params ReadOnlySpan<byte> data)
    {
        Span<byte> buffer = stackalloc byte[StunMessage.HeaderLength + 64];
        TransactionId id = Id(0);
        var writer = new StunMessageWriter(buffer, StunClass.Indication, StunMethod.Send, in id);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, in peer);
        writer.Add(StunAttributeType.Data, data);
        return Tell(RelayEventKind.Datagram, client, 0, buffer[..writer.Finish()]);
    }

    public RelayStory SendOnChannel(int client, ushort channel, params ReadOnlySpan<byte> data) =>
        Tell(RelayEventKind.Datagram, client, 0, [(byte)(channel >> 8), (byte)channel, 0, (byte)data.Length, .. data]);

    /// <summary>A datagram from one of <see cref="RelayClients.Peers"/>, or another relay.</summary>
    public RelayStory FromPeer(int relay, int peer, params ReadOnlySpan<byte> data) => Tell(RelayEventKind.PeerDatagram, relay, peer, data);

    public RelayStory WaitMinutes(int minutes) => Tell(RelayEventKind.Time, minutes - 1, 4);

    /// <summary>XOR-PEER-ADDRESS of a request.</summary>
    private static byte[] Peer(in TransportAddress peer, int number)
    {
        byte[] buffer = new byte[64];
        TransactionId id = Id((byte)number);
        var writer = new StunMessageWriter(buffer, StunClass.Request, StunMethod.Binding, in id);
        writer.AddXorAddress(StunAttributeType.XorPeerAddress, in peer);
        return buffer[StunMessage.HeaderLength..writer.Finish()];
    }

    private static TransactionId Id(byte number) => TransactionId.Read([.. "transaction"u8, number]);
}
