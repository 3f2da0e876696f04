namespace Traversal.Stun.Discovery;

/// <summary>Whom a NAT, or a firewall without one, lets in to a public port that is in use (RFC 4787 section 5).</summary>
public enum NatFiltering : byte
{
    /// <summary>It could not be found out; <see cref="NatBehavior.FilteringObstacle"/> says why.</summary>
    Unknown,

    /// <summary>Anybody.</summary>
    EndpointIndependent,

    /// <summary>Addresses that were sent to, from any port.</summary>
    AddressDependent,

    /// <summary>Addresses and ports that were sent to.</summary>
    AddressAndPortDependent,
}
