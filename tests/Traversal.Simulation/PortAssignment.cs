namespace Traversal.Simulation;

/// <summary>Which port a NAT gives (RFC 4787 section 4.2).</summary>
public enum PortAssignment
{
    /// <summary>The one that the host has, if it is free.</summary>
    Preserving = 0,

    /// <summary>Any.</summary>
    Random,

    /// <summary>The next one.</summary>
    Sequential,
}
