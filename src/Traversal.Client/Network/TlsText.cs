namespace Traversal.Client.Network;

/// <summary>What is said of TLS.</summary>
internal static class TlsText
{
    /// <summary>A connection broke before there was TLS; the framework tells of bytes that are missing, which says nothing to anybody.</summary>
    public const string HandshakeBroken = "the connection ended in the TLS handshake, as where a port does not take TLS";
}
