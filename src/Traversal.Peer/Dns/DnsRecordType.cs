namespace Traversal.Peer.Dns;

/// <summary>The record types that have a use here; others are numbers.</summary>
public enum DnsRecordType : ushort
{
    /// <summary>None: a record of another class than the Internet's.</summary>
    None = 0,

    /// <summary>An IPv4 address (RFC 1035 section 3.4.1).</summary>
    A = 1,

    /// <summary>The name that this one stands for (RFC 1035 section 3.3.1).</summary>
    CanonicalName = 5,

    /// <summary>The start of a zone, which comes with an answer that says no (RFC 2308).</summary>
    StartOfAuthority = 6,

    /// <summary>A pointer to another name (RFC 1035 section 3.3.12).</summary>
    Pointer = 12,

    /// <summary>Text (RFC 1035 section 3.3.14).</summary>
    Text = 16,

    /// <summary>An IPv6 address (RFC 3596 section 2.1).</summary>
    Aaaa = 28,

    /// <summary>Where a service is (RFC 2782).</summary>
    Service = 33,

    /// <summary>How a name becomes a service (RFC 3403 section 4).</summary>
    NamingAuthority = 35,

    /// <summary>The pseudo-record of EDNS (RFC 6891 section 6.1).</summary>
    Options = 41,
}
