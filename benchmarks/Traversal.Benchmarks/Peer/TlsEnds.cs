using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Traversal.Benchmarks.Peer;

/// <summary>The framework's own: TLS 1.3 with certificates on both sides, over TCP on loopback.</summary>
internal sealed class TlsEnds(SslStream one, SslStream other, X509Certificate2 certificate) : IAsyncDisposable
{
    public SslStream One => one;

    public SslStream Other => other;

    public static async Task<TlsEnds> ConnectAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var dialling = new TcpClient { NoDelay = true };
        Task<TcpClient> accepting = listener.AcceptTcpClientAsync();
        await dialling.ConnectAsync((IPEndPoint)listener.LocalEndpoint).ConfigureAwait(false);
        TcpClient accepted = await accepting.ConfigureAwait(false);
        accepted.NoDelay = true;

        X509Certificate2 certificate = MakeCertificate();
        SslStream one = new(dialling.GetStream()), other = new(accepted.GetStream());
        await Task.WhenAll(
            one.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "",
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificates = [certificate],
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, remote, _, _) => certificate.Equals(remote),
            }),
            other.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ServerCertificate = certificate,
                ClientCertificateRequired = true,
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = (_, remote, _, _) => certificate.Equals(remote),
            })).ConfigureAwait(false);
        return new TlsEnds(one, other, certificate);
    }

    public async ValueTask DisposeAsync()
    {
        await one.DisposeAsync().ConfigureAwait(false);
        await other.DisposeAsync().ConfigureAwait(false);
        certificate.Dispose();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=benchmark", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
