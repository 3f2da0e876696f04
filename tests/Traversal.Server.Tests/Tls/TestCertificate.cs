using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Traversal.Server.Tests.Tls;

/// <summary>A certificate in files of a folder that goes with it.</summary>
internal sealed class TestCertificate : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("traversal-tls-");

    public TestCertificate() => Renew();

    public string CertificateFile => Path.Combine(_folder.FullName, "certificate.pem");

    public string KeyFile => Path.Combine(_folder.FullName, "key.pem");

    public string Pkcs12File => Path.Combine(_folder.FullName, "server.p12");

    public string Fingerprint { get; private set; } = "";

    /// <summary>Replaces the files by those of another certificate.</summary>
    public void Renew()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(Pkcs12File, certificate.Export(X509ContentType.Pkcs12));
        Fingerprint = certificate.GetCertHashString(HashAlgorithmName.SHA256);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
