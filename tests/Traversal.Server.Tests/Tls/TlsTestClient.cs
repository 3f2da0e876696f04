using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Traversal.Server.Tests.Tls;

/// <summary>Connects with TLS and believes every certificate.</summary>
internal static class TlsTestClient
{
    public static Task<SslStream> ConnectAsync(ListenEndpoint server, SslProtocols protocols = SslProtocols.None, params string[] applicationProtocols) =>
        ConnectAsync(server, protocols, [], applicationProtocols);

    /// <summary>Connects, sends what a proxy would send first, and then begins with TLS.</summary>
    public static async Task<SslStream> ConnectAsync(ListenEndpoint server, SslProtocols protocols, byte[] preamble, params string[] applicationProtocols)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Address.ToIPEndPoint(), deadline.Token);
        await socket.SendAsync(preamble, deadline.Token);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "127.0.0.1",
                    EnabledSslProtocols = protocols,
                    ApplicationProtocols = applicationProtocols.Length > 0 ? [.. applicationProtocols.Select(name => new SslApplicationProtocol(name))] : null,
                    RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
                },
                deadline.Token);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    /// <summary>The fingerprint of the certificate that a listener shows to a new client.</summary>
    public static async Task<string> FingerprintAsync(ListenEndpoint server)
    {
        await using SslStream tls = await ConnectAsync(server);
        using var certificate = new X509Certificate2(tls.RemoteCertificate!);
        return certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }
}
