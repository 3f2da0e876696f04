namespace Traversal.Primitives;

/// <summary>The IP version of a <see cref="TransportAddress"/>. The values are those that STUN puts on the wire (RFC 8489 section 14.1).</summary>
public enum IPFamily : byte
{
    /// <summary>No address: the value of <c>default(TransportAddress)</c>.</summary>
    None = 0,

    /// <summary>IPv4.</summary>
    IPv4 = 1,

    /// <summary>IPv6.</summary>
    IPv6 = 2,
}
