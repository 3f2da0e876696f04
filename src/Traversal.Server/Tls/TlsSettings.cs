using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Traversal.Server;

/// <summary>What a handshake may agree on, whatever the defaults of the system are: TLS 1.2 and 1.3 with forward secrecy and authenticated encryption.</summary>
internal static class TlsSettings
{
    /// <summary>TURN (RFC 7443 section 3).</summary>
    private static readonly SslApplicationProtocol Turn = new("stun.turn");

    /// <summary>STUN for NAT discovery (RFC 7443 section 3).</summary>
    private static readonly SslApplicationProtocol NatDiscovery = new("stun.nat-discovery");

    private static readonly TlsCipherSuite[] Suites =
    [
        TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ];

    /// <summary>Makes the settings of a TURN listener. A client that names protocols but neither of the two is refused; one that names none is served.</summary>
    public static SslServerAuthenticationOptions ForTurn(SslStreamCertificateContext certificate) => Create(certificate, [Turn, NatDiscovery]);

    /// <summary>Makes the settings of an HTTP/1.1 listener (RFC 7301 section 6).</summary>
    public static SslServerAuthenticationOptions ForHttp(SslStreamCertificateContext certificate) => Create(certificate, [SslApplicationProtocol.Http11]);

    private static SslServerAuthenticationOptions Create(SslStreamCertificateContext certificate, List<SslApplicationProtocol> protocols) => new()
    {
        ServerCertificateContext = certificate,
        ApplicationProtocols = protocols,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CipherSuitesPolicy = OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(Suites),
        EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };
}
