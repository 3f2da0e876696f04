using System.Net.Security;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client;

/// <summary>How a <see cref="StunClient"/> asks.</summary>
public sealed record StunClientOptions
{
    /// <summary>Where to ask from; the default value for any address and port of the server's IP version.</summary>
    public TransportAddress LocalAddress { get; init; }

    /// <summary>When requests over UDP are sent again and given up: after 39.5 s by default (RFC 8489 section 6.2.1).</summary>
    public RetransmissionSchedule Retransmission { get; init; } = RetransmissionSchedule.Unreliable;

    /// <summary>How long connecting, TLS and the answer may take together over TCP and TLS: 39.5 s by default (RFC 8489 section 6.2.2).</summary>
    public TimeSpan StreamTimeout { get; init; } = RetransmissionSchedule.Reliable.LastWait;

    /// <summary>
    /// The name that the server's certificate must be for, over TLS (RFC 8489 section 6.2.3). Null for the name that was asked by, or else the address.
    /// </summary>
    public string? TlsName { get; init; }

    /// <summary>
    /// Decides about the server's certificate; null for what the system trusts. One that accepts everything gives away what TLS is for.
    /// </summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }
}
