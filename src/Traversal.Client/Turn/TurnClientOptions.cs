using System.Net.Security;
using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Client;

/// <summary>How a <see cref="TurnClient"/> reaches its server.</summary>
public sealed record TurnClientOptions
{
    /// <summary>Where to reach it from; the default value for any address and port of the server's IP version.</summary>
    public TransportAddress LocalAddress { get; init; }

    /// <summary>How long connecting may take, with TLS and the WebSocket's upgrade: 39.5 s by default (RFC 8489 section 6.2.2).</summary>
    public TimeSpan ConnectTimeout { get; init; } = RetransmissionSchedule.Reliable.LastWait;

    /// <summary>
    /// Decides about the server's certificate; null for what the system trusts. One that accepts everything gives away what TLS is for.
    /// </summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>
    /// Gets another login: a minute before the present one is over, or once the server does not take it any more. Live allocations go on with it. It has
    /// until its token is cancelled; null, or an exception, which is logged, is none. Called by one thread at a time for each allocation. Default: null,
    /// none is got.
    /// </summary>
    public Func<TurnLoginRequest, CancellationToken, ValueTask<TurnLogin?>>? RenewLogin { get; init; }

    /// <summary>Whether <see cref="RenewLogin"/> gets tokens where the server takes them (RFC 7635). Default: false.</summary>
    public bool PrefersTokens { get; init; }

    /// <summary>What SOFTWARE says, to the operator and whoever listens; null for nothing. Default: "Traversal".</summary>
    public string? Software { get; init; } = "Traversal";
}
