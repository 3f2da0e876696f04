namespace Traversal.Client;

/// <summary>What looking up a server came to.</summary>
public enum ResolveStatus : byte
{
    /// <summary>There is at least one way to it.</summary>
    Resolved,

    /// <summary>The URI wants a transport that the application does not support, or that is unknown, or insecure where TLS is wanted.</summary>
    TransportNotSupported,

    /// <summary>The name does not exist, or has neither a service nor an address.</summary>
    NotFound,

    /// <summary>The DNS says that the service is decidedly not there (RFC 2782: a target of ".").</summary>
    NotProvided,

    /// <summary>No name server gave an answer.</summary>
    NameServersFailed,
}
