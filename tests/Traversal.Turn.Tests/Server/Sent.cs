using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn.Server;

namespace Traversal.Turn.Tests.Server;

/// <summary>What a verdict says to send, with the bytes.</summary>
internal sealed record Sent(RelayAction Action, SocketId Via, TransportAddress Destination, byte[] Bytes)
{
    public static Sent Nothing { get; } = new(RelayAction.Drop, default, default, []);

    public bool IsNothing => Action == RelayAction.Drop;

    public StunMessage Message
    {
        get
        {
            Assert.Equal(StunParseStatus.Ok, StunMessage.TryParse(Bytes, out StunMessage message));
            return message;
        }
    }

    public bool IsSuccess => !IsNothing && Message.Class == StunClass.SuccessResponse;

    /// <summary>The code of an error response; 0 for what is none.</summary>
    public int Code => !IsNothing && Message.Class == StunClass.ErrorResponse && Message.TryGetErrorCode(out StunErrorCode code, out _) ? (int)code : 0;

    public TransportAddress Relayed => Message.TryGetXorAddress(StunAttributeType.XorRelayedAddress, out TransportAddress address) ? address : default;

    public TransportAddress Peer => Message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress address) ? address : default;

    public byte[] Data => Message.TryGet(StunAttributeType.Data, out ReadOnlySpan<byte> value) ? value.ToArray() : [];

    public uint Lifetime => Message.ReadLifetime(out uint seconds) == TurnAttributeStatus.Present ? seconds : uint.MaxValue;

    public byte[] Nonce => Message.TryGet(StunAttributeType.Nonce, out ReadOnlySpan<byte> value) ? value.ToArray() : [];

    public uint ConnectionId => Message.ReadConnectionId(out uint id) == TurnAttributeStatus.Present ? id : 0;

    public ulong Token => Message.ReadReservationToken(out ulong token) == TurnAttributeStatus.Present ? token : 0;

    public static Sent From(in Datagram forwarded, byte[] slab) =>
        new(RelayAction.Forward, forwarded.Socket, forwarded.Remote, slab.AsSpan(forwarded.Start, forwarded.Length).ToArray());

    public static Sent From(in RelayVerdict verdict, byte[] datagram, byte[] reply) => verdict.Action switch
    {
        RelayAction.Drop => Nothing,
        RelayAction.Reply or RelayAction.LastReply => new Sent(verdict.Action, verdict.Via, verdict.Destination, reply.AsSpan(verdict.Offset, verdict.Length).ToArray()),
        _ => new Sent(verdict.Action, verdict.Via, verdict.Destination, datagram.AsSpan(verdict.Offset, verdict.Length).ToArray()),
    };
}
