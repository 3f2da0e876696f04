using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

public sealed partial class RelayMachine
{
    /// <summary>What an error costs of the rate of an allocation: about the length of its message.</summary>
    private const int ErrorLength = 64;

    /// <summary>
    /// Handles an ICMP error for what was sent to a peer: the client learns of it by a Data indication, if it has a permission for the peer and its rate
    /// is not used up (RFC 8656 section 11.5).
    /// </summary>
    /// <param name="allocation">The handle in the command that opened the socket.</param>
    /// <param name="peer">Where the datagram was sent that the error is about.</param>
    /// <param name="error">The error; its MTU counts where its type is about that.</param>
    /// <param name="reply">Where the indication is written, at least <see cref="MinReplyLength"/> bytes.</param>
    /// <param name="now">The present.</param>
    public RelayVerdict OnPeerError(int allocation, in TransportAddress peer, IcmpError error, Span<byte> reply, in Clock now)
    {
        ref Allocation owner = ref _allocations.TryFind(allocation, out int index);
        if (index == NoSlot || owner.Phase != AllocationPhase.Live || ExpiryTowards(in owner, in peer) <= now.Now)
            return Drop(RelayCounter.DroppedNoAllocation);
        if (!IsForClients(peer.Family, error.Type)) return Drop(RelayCounter.DroppedUnexpected);

        int permission = _permissions.Find(index, in peer);
        if (permission == NoSlot || _permissions[permission].ExpiresAt <= now.Now) return Drop(RelayCounter.DroppedNoPermission);
        if (_permissions[permission].ChecksPorts && RouteTo(in peer, out _, out _) == PeerRoute.Refused) return Drop(RelayCounter.DroppedByPolicy);
        if (!owner.IsExempt && !_rate.TrySpend(ref owner.BucketEmptyAt, ErrorLength, now.Now)) return Drop(RelayCounter.DroppedOverRate);

        var writer = new StunMessageWriter(reply, StunClass.Indication, StunMethod.Data, TransactionId.Create(_random));
        writer.AddPeerAddress(in peer);
        writer.AddIcmp(IsAboutMtu(peer.Family, error) ? error : error with { Mtu = 0 });
        _counters.Add(RelayCounter.ErrorsToClients);
        return ReplyTo(in owner, writer.Finish());
    }

    // Destination unreachable and time exceeded; of ICMPv6 also packet too big.
    private static bool IsForClients(IPFamily family, byte type) => family == IPFamily.IPv4 ? type is 3 or 11 : type is 1 or 2 or 3;

    // RFC 8656 section 18.13: fragmentation needed, and packet too big.
    private static bool IsAboutMtu(IPFamily family, IcmpError error) =>
        family == IPFamily.IPv4 ? error is { Type: 3, Code: 4 } : error.Type == 2;
}
