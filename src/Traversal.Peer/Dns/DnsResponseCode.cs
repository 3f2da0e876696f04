namespace Traversal.Peer.Dns;

/// <summary>What a name server says of a query (RFC 1035 section 4.1.1).</summary>
public enum DnsResponseCode : byte
{
    /// <summary>It is answered, maybe by no records.</summary>
    NoError = 0,

    /// <summary>The server does not understand the query.</summary>
    FormatError = 1,

    /// <summary>The server fails.</summary>
    ServerFailure = 2,

    /// <summary>There is no such name.</summary>
    NoSuchName = 3,

    /// <summary>The server does not do this.</summary>
    NotImplemented = 4,

    /// <summary>The server does not want to.</summary>
    Refused = 5,
}
