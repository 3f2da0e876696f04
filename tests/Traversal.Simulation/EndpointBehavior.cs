namespace Traversal.Simulation;

/// <summary>What a NAT or a firewall looks at (RFC 4787 sections 4.1 and 5).</summary>
public enum EndpointBehavior
{
    /// <summary>At nothing of the other end.</summary>
    Independent = 0,

    /// <summary>At its address.</summary>
    AddressDependent,

    /// <summary>At its address and port.</summary>
    AddressAndPortDependent,
}
