namespace Traversal.Client;

/// <summary>What has happened to an allocation.</summary>
public enum RelayEventKind
{
    /// <summary>No event.</summary>
    None,

    /// <summary>The server follows this machine to its new address.</summary>
    Moved,

    /// <summary>Another login was got, and is used.</summary>
    LoginRenewed,

    /// <summary>The server refuses a peer; the code says how.</summary>
    PeerRefused,

    /// <summary>Data to a peer has not arrived, as an ICMP error says that nothing proves (RFC 8656 section 11.5).</summary>
    PathError,

    /// <summary>It is over; the outcome says why. The last event.</summary>
    Ended,
}
