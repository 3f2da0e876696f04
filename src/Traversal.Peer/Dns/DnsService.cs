namespace Traversal.Peer.Dns;

/// <summary>Where a service is (RFC 2782).</summary>
/// <param name="Priority">Lower ones are tried first.</param>
/// <param name="Weight">How often it is taken among those of one priority, relatively.</param>
/// <param name="Port">The port.</param>
/// <param name="Target">The host; the root where the service is decidedly not there.</param>
public sealed record DnsService(ushort Priority, ushort Weight, ushort Port, DnsName Target);
