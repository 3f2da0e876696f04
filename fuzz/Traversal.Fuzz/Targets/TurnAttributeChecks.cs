using Traversal.Primitives;
using Traversal.Stun;
using Traversal.Turn;

namespace Traversal.Fuzz;

/// <summary>Reads every attribute of TURN from a message, which may have it, have it malformed, or not have it.</summary>
internal static class TurnAttributeChecks
{
    /// <summary>Runs every check.</summary>
    public static void Run(in StunMessage message)
    {
        CheckWord(message, StunAttributeType.Lifetime, message.ReadLifetime(out uint seconds), seconds);
        TurnAttributeStatus status = message.ReadRequestedTransport(out TransportProtocol protocol);
        CheckWord(message, StunAttributeType.RequestedTransport, status, (uint)protocol << 24, 0xFF00_0000);
        status = message.ReadRequestedAddressFamily(out IPFamily family);
        CheckWord(message, StunAttributeType.RequestedAddressFamily, status, (uint)family << 24, 0xFF00_0000);
        status = message.ReadAdditionalAddressFamily(out family);
        CheckWord(message, StunAttributeType.AdditionalAddressFamily, status, (uint)family << 24, 0xFF00_0000);
        status = message.ReadChannelNumber(out ChannelNumber channel);
        CheckWord(message, StunAttributeType.ChannelNumber, status, (uint)channel.Value << 16, 0xFFFF_0000);

        status = message.ReadEvenPort(out bool reserveNext);
        ReadOnlySpan<byte> value = ValueOf(message, StunAttributeType.EvenPort, status, value => value.Length == 1);
        Invariant.Holds(value.IsEmpty || reserveNext == value[0] > 127, "EVEN-PORT has its bit.");

        value = ValueOf(message, StunAttributeType.ReservationToken, message.ReadReservationToken(out ulong token), value => value.Length == 8);
        Invariant.Holds(
            value.IsEmpty || message.TryGetUInt64(StunAttributeType.ReservationToken, out ulong number) && number == token,
            "A token is eight bytes.");

        value = ValueOf(message, StunAttributeType.XorPeerAddress, message.ReadPeerAddress(out TransportAddress peer),
            value => value.Length == 8 && value[1] == 1 || value.Length == 20 && value[1] == 2);
        Invariant.Holds(
            value.IsEmpty || message.TryGetXorAddress(StunAttributeType.XorPeerAddress, out TransportAddress address) && address == peer,
            "A peer is an address.");

        value = ValueOf(message, StunAttributeType.Icmp, message.ReadIcmp(out IcmpError error), value => value.Length == 8);
        Invariant.Holds(value.IsEmpty || error.Type == value[2] && error.Code == value[3], "An ICMP error has type and code.");

        status = message.ReadAddressErrorCode(out family, out StunErrorCode code);
        bool isThere = message.TryGet(StunAttributeType.AddressErrorCode, out value);
        Invariant.Holds(isThere == (status != TurnAttributeStatus.Absent), "What is there is not absent.");
        Invariant.Holds(
            status != TurnAttributeStatus.Present || (int)family == value[0] && (int)code == (value[2] & 7) * 100 + value[3],
            "An error is about a family.");
    }

    private static void CheckWord(in StunMessage message, StunAttributeType type, TurnAttributeStatus status, uint read, uint mask = uint.MaxValue)
    {
        ValueOf(message, type, status, static value => value.Length == 4);
        bool isPresent = message.TryGetUInt32(type, out uint word);
        Invariant.Holds(isPresent == (status == TurnAttributeStatus.Present) && read == (word & mask), "A word is read as it stands.");
    }

    // The value where the reading says that there is a good one; empty otherwise.
    private static ReadOnlySpan<byte> ValueOf(
        in StunMessage message, StunAttributeType type, TurnAttributeStatus status, Func<ReadOnlySpan<byte>, bool> isWellFormed)
    {
        bool isThere = message.TryGet(type, out ReadOnlySpan<byte> value);
        TurnAttributeStatus expected =
            !isThere ? TurnAttributeStatus.Absent :
            isWellFormed(value) ? TurnAttributeStatus.Present :
            TurnAttributeStatus.Malformed;
        Invariant.Holds(status == expected, "An attribute is absent, present or malformed.");
        return status == TurnAttributeStatus.Present ? value : default;
    }
}
