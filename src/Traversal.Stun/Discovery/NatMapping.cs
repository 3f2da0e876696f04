namespace Traversal.Stun.Discovery;

/// <summary>When a NAT gives one local port another public address and port (RFC 4787 section 4.1).</summary>
public enum NatMapping : byte
{
    /// <summary>It could not be found out; <see cref="NatBehavior.MappingObstacle"/> says why.</summary>
    Unknown,

    /// <summary>Servers see the local address itself: there is no NAT.</summary>
    None,

    /// <summary>Never: whoever is told the public address can use it.</summary>
    EndpointIndependent,

    /// <summary>For each remote address.</summary>
    AddressDependent,

    /// <summary>For each remote address and port.</summary>
    AddressAndPortDependent,

    /// <summary>One of the two before: two servers with an address each do not tell them apart.</summary>
    EndpointDependent,
}
