namespace Traversal.Ice;

/// <summary>What carries a candidate's packets.</summary>
public enum IceTransport : byte
{
    /// <summary>UDP.</summary>
    Udp = 0,

    /// <summary>TCP (RFC 6544): read and written, and never paired here.</summary>
    Tcp,
}
