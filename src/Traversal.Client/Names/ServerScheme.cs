namespace Traversal.Client;

/// <summary>What a server's URI begins with.</summary>
public enum ServerScheme : byte
{
    /// <summary><c>stun:</c> (RFC 7064).</summary>
    Stun,

    /// <summary><c>stuns:</c>: over TLS (RFC 7064).</summary>
    Stuns,

    /// <summary><c>turn:</c> (RFC 7065).</summary>
    Turn,

    /// <summary><c>turns:</c>: over TLS (RFC 7065).</summary>
    Turns,
}
