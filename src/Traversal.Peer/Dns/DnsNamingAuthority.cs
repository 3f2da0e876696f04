namespace Traversal.Peer.Dns;

/// <summary>A rule by which a name becomes a service (RFC 3403 section 4.1).</summary>
/// <param name="Order">Lower ones are tried first.</param>
/// <param name="Preference">Among those of one order, lower ones are tried first.</param>
/// <param name="Flags">What the replacement is: S for services, A for a host, nothing for another rule (RFC 3958 section 2.2.3).</param>
/// <param name="Services">The application service and its protocols, with colons between (RFC 3958 section 6.5).</param>
/// <param name="RegularExpression">A substitution, which straightforward rules do not have.</param>
/// <param name="Replacement">Where to go on.</param>
public sealed record DnsNamingAuthority(
    ushort Order, ushort Preference, string Flags, string Services, string RegularExpression, DnsName Replacement);
