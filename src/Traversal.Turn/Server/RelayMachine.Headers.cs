using Traversal.Primitives;

namespace Traversal.Turn.Server;

/// <content>
/// IP headers (RFC 8656 sections 13 to 15). The server passes data on as a router does: DSCP and ECN as they came, one hop less. So says RFC 7915 where
/// an address of IPv6 is involved; from IPv4 to IPv4 section 14 leaves the TTL open, and section 21.1.7 asks for one less, against loops. What did not come
/// in a datagram has the defaults (section 15).
/// </content>
public sealed partial class RelayMachine
{
    // Of the packet at hand: every entry sets it.
    private IPHeader _incoming;
}
