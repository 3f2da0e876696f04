using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Server.Tests.Attacks;

/// <summary>What an attacker asks of mobile allocations (RFC 8016).</summary>
internal static class MobileAttacker
{
    /// <summary>A server with mobility, for the users alice and eve.</summary>
    public static TurnServerOptions Options(int workers = 1, params string[] allowPeers)
    {
        TurnServerOptions options = AttackServer.Options(allowPeers);
        options.Relay.Mobility = true;
        options.Workers = workers;
        options.Users["eve"] = TurnTestClient.Password;
        return options;
    }

    /// <summary>Allocates; the ticket, or none with the code of the error.</summary>
    public static int AllocateMobile(this Attacker attacker, out byte[] ticket)
    {
        byte[] answer = attacker.Request(StunMethod.Allocate, static (ref StunMessageWriter writer) =>
        {
            writer.AddRequestedTransport(TransportProtocol.Udp);
            writer.AddEmpty(StunAttributeType.MobilityTicket);
        });
        ticket = TicketOf(answer);
        return TurnTestClient.ErrorOf(answer);
    }

    /// <summary>Moves an allocation to where the attacker is; the next ticket.</summary>
    public static int Move(this Attacker attacker, byte[] ticket, out byte[] next)
    {
        byte[] answer = attacker.Request(StunMethod.Refresh, (ref StunMessageWriter writer) => writer.Add(StunAttributeType.MobilityTicket, ticket));
        next = TicketOf(answer);
        return TurnTestClient.ErrorOf(answer);
    }

    public static int Move(this Attacker attacker, byte[] ticket) => attacker.Move(ticket, out _);

    private static byte[] TicketOf(byte[] answer) =>
        Attacker.Parse(answer).TryGet(StunAttributeType.MobilityTicket, out ReadOnlySpan<byte> ticket) ? ticket.ToArray() : [];
}
