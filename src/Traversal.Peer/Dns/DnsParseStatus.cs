namespace Traversal.Peer.Dns;

/// <summary>What is wrong with bytes that should be a DNS message.</summary>
public enum DnsParseStatus : byte
{
    /// <summary>Nothing.</summary>
    Ok,

    /// <summary>They end before the message does.</summary>
    Truncated,

    /// <summary>A name is too long, or a pointer in it does not point back.</summary>
    BadName,

    /// <summary>It has more than <see cref="DnsMessage.MaxRecords"/> questions and records.</summary>
    TooManyRecords,
}
