using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Traversal.Server;

/// <summary>
/// The certificate that clients see, read anew when its files change. Handshakes of any thread take what is present; a file that can't be used
/// leaves the present one in place.
/// </summary>
internal sealed class ServerCertificate : IDisposable
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(10);

    private readonly CertificateFiles? _files;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private readonly Lock _gate = new();
    private volatile Presentation _present;
    private string? _lastProblem;

    /// <summary>Takes the certificate of the files, or makes one where no file is named.</summary>
    /// <exception cref="TurnServerOptionsException">The files can't be used.</exception>
    public ServerCertificate(TurnServerOptions options, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        if (options.CertificateFile is null)
        {
            IEnumerable<IPAddress> addresses = options.Listeners.Select(listener => TurnServer.ReachableAddress(listener.Address).ToIPAddress());
            X509Certificate2 made = SelfSignedCertificate.Create(addresses, time.GetUtcNow());
            _present = Present([made]);
            TurnServerLog.CertificateMade(logger, FingerprintOf(made));
            return;
        }

        _files = new CertificateFiles(options.CertificateFile, options.KeyFile);
        _files.ReadIfChanged();
        _present = Present(_files.Load());
        _timer = time.CreateTimer(static self => ((ServerCertificate)self!).Check(), this, CheckInterval, CheckInterval);
    }

    /// <summary>How to answer a handshake on a TURN listener.</summary>
    public SslServerAuthenticationOptions Turn => _present.Turn;

    /// <summary>How to answer one on an HTTP listener.</summary>
    public SslServerAuthenticationOptions Http => _present.Http;

    public void Dispose() => _timer?.Dispose();

    private void Check()
    {
        lock (_gate)
        {
            try
            {
                if (!_files!.ReadIfChanged()) return;
                X509Certificate2Collection certificates = _files.Load();
                _present = Present(certificates);
                _lastProblem = null;
                TurnServerLog.CertificateReplaced(_logger, FingerprintOf(certificates[0]), certificates[0].NotAfter.ToUniversalTime());
            }
            catch (TurnServerOptionsException problem)
            {
                // A file that is gone is so at every look.
                if (string.Equals(problem.Message, _lastProblem, StringComparison.Ordinal)) return;
                _lastProblem = problem.Message;
                TurnServerLog.CertificateRefused(_logger, problem.Message);
            }
        }
    }

    private static Presentation Present(X509Certificate2Collection certificates)
    {
        try
        {
            // Offline: what is missing in the chain is not fetched from where the certificate says.
            X509Certificate2Collection chain = [.. certificates.Skip(1)];
            var context = SslStreamCertificateContext.Create(certificates[0], chain, offline: true);
            return new Presentation(TlsSettings.ForTurn(context), TlsSettings.ForHttp(context));
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            throw new TurnServerOptionsException(nameof(TurnServerOptions.CertificateFile), "the certificate can't be used: " + problem.Message);
        }
    }

    private sealed record Presentation(SslServerAuthenticationOptions Turn, SslServerAuthenticationOptions Http);

    // As operators compare it: pairs of digits with colons between.
    private static string FingerprintOf(X509Certificate2 certificate) =>
        string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(part => part.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)));
}
