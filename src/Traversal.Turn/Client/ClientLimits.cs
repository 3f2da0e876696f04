namespace Traversal.Turn.Client;

/// <summary>What bounds the client: whatever a server sends, it remembers and repeats no more than this.</summary>
internal static class ClientLimits
{
    /// <summary>The longest request that is written; longer ones, for which the server's realm and nonce must be absurd, fail.</summary>
    public const int MaxRequestBytes = 2048;

    /// <summary>Outstanding requests to one server (RFC 8489 section 6.2).</summary>
    public const int MaxRequests = 10;

    /// <summary>How often a request is repeated because of 401 and 438 before the server is taken for one that changes its mind for ever.</summary>
    public const int MaxChallenges = 6;

    /// <summary>How often a request is repeated that the server failed to serve (RFC 8489 section 6.3.4).</summary>
    public const int MaxServerErrors = 3;

    /// <summary>Events that wait to be taken.</summary>
    public const int MaxEvents = 1024;

    /// <summary>The longest token, which goes into a request whole.</summary>
    public const int MaxTokenBytes = 512;

    /// <summary>The longest mobility ticket that is kept.</summary>
    public const int MaxTicketBytes = 512;

    /// <summary>The longest PASSWORD-ALGORITHMS that is repeated.</summary>
    public const int MaxAlgorithmsBytes = 64;

    /// <summary>How many peers stand in one CreatePermission: with the longest addresses and names it still fits a packet.</summary>
    public const int MaxPeersPerRequest = 16;

    /// <summary>TCP connections to peers that are being made (RFC 6062).</summary>
    public const int MaxConnects = 8;
}
