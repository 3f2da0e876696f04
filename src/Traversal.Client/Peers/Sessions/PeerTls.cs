using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Traversal.Peer.Identity;

namespace Traversal.Client.Peers;

/// <summary>
/// The TLS 1.3 session of a connection, in which each side proves that it has the key of its certificate. Whose certificate the dialling side wants, it looks at
/// before it shows its own; everything else is judged inside of the session, where the other side can be told.
/// </summary>
internal sealed class PeerTls
{
    // Both sides offer it last, so that TLS does not fail where they have nothing else in common, and both learn that it is so.
    private static readonly SslApplicationProtocol NoProtocol = new("traversal-none");

    private static readonly TimeSpan AlertTime = TimeSpan.FromSeconds(2);

    private readonly PeerConnectionOptions _options;
    private readonly bool _isInitiator;
    private PeerOutcome? _refusal;
    private PeerCertificate? _certificate;

    private PeerTls(PeerConnectionOptions options, bool isInitiator)
    {
        _options = options;
        _isInitiator = isInitiator;
    }

    /// <summary>Opens one.</summary>
    /// <returns>The session, or why there is none.</returns>
    /// <exception cref="IOException">The carrier broke.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public static async Task<(TlsSession? Session, PeerOutcome? Failure)> OpenAsync(PeerCarrier carrier, PeerConnectionOptions options, CancellationToken cancellationToken)
    {
        var tls = new PeerTls(options, carrier.IsInitiator);
        var stream = new SslStream(carrier.Stream, leaveInnerStreamOpen: true);
        try
        {
            Task handshake = carrier.IsInitiator
                ? stream.AuthenticateAsClientAsync(tls.ClientOptions, cancellationToken)
                : stream.AuthenticateAsServerAsync(tls.ServerOptions, cancellationToken);
            await handshake.ConfigureAwait(false);
            if (tls._certificate is { } certificate && stream.NegotiatedApplicationProtocol is var protocol && protocol != NoProtocol)
                return (new TlsSession(stream, certificate, protocol.ToString()), null);

            await LetHearAsync(carrier, stream).ConfigureAwait(false);
            return (null, new PeerOutcome(tls._certificate is null ? PeerStatus.HandshakeFailed : PeerStatus.ProtocolMismatch));
        }
        catch (AuthenticationException failure)
        {
            await LetHearAsync(carrier, stream).ConfigureAwait(false);
            return (null, tls._refusal ?? new PeerOutcome(PeerStatus.HandshakeFailed) { Exception = failure });
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // TLS has told the other side what it thinks of it.
    private static async Task LetHearAsync(PeerCarrier carrier, SslStream stream)
    {
        await carrier.FinishAsync(AlertTime).ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
    }

    private SslClientAuthenticationOptions ClientOptions => new()
    {
        // A name would be sent in clear.
        TargetHost = "",
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = Protocols,
        ClientCertificateContext = _options.Identity.GetTlsContext(),
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateChainPolicy = NoChain,
        RemoteCertificateValidationCallback = Judge,
    };

    private SslServerAuthenticationOptions ServerOptions => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = Protocols,
        ServerCertificateContext = _options.Identity.GetTlsContext(),
        ClientCertificateRequired = true,
        AllowTlsResume = false,
        AllowRenegotiation = false,
        CertificateChainPolicy = NoChain,
        RemoteCertificateValidationCallback = Judge,
    };

    private List<SslApplicationProtocol> Protocols => [.. _options.Protocols.Select(static name => new SslApplicationProtocol(Encoding.UTF8.GetBytes(name))), NoProtocol];

    // Chains are judged by this library; the system's trust and the network have no part in it.
    private static X509ChainPolicy NoChain => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        VerificationFlags = X509VerificationFlags.AllFlags,
    };

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            _refusal = new PeerOutcome(PeerStatus.CertificateRejected) { Verdict = PeerChainVerdict.Empty };
            return false;
        }

        if (PeerCertificate.TryParse(certificate.GetRawCertData(), out PeerCertificate? parsed) != PeerCertificateStatus.Ok)
        {
            _refusal = new PeerOutcome(PeerStatus.CertificateRejected) { Verdict = PeerChainVerdict.Malformed };
            return false;
        }

        _certificate = parsed!;
        if (!_isInitiator || _options.Peer is not { } peer || _certificate.Subject == peer || _certificate.Issuer == peer) return true;

        _refusal = new PeerOutcome(PeerStatus.WrongPeer);
        return false;
    }
}
