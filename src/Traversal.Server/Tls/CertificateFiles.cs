using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Traversal.Server;

/// <summary>A certificate with its key and chain, as the operator's files have it: PEM, or one PKCS#12 file without a password.</summary>
internal sealed class CertificateFiles(string certificateFile, string? keyFile)
{
    /// <summary>Nothing that is a certificate is longer.</summary>
    private const int MaxLength = 1 << 20;

    private static readonly byte[] PemLabel = "-----BEGIN"u8.ToArray();

    private byte[] _certificateBytes = [];
    private byte[] _keyBytes = [];

    /// <summary>Reads the files.</summary>
    /// <returns>Whether they are other than they were when they were last read.</returns>
    /// <exception cref="TurnServerOptionsException">A file can't be read.</exception>
    public bool ReadIfChanged()
    {
        byte[] certificateBytes = Read(certificateFile, nameof(TurnServerOptions.CertificateFile));
        byte[] keyBytes = keyFile is null ? certificateBytes : Read(keyFile, nameof(TurnServerOptions.KeyFile));
        if (certificateBytes.AsSpan().SequenceEqual(_certificateBytes) && keyBytes.AsSpan().SequenceEqual(_keyBytes)) return false;

        _certificateBytes = certificateBytes;
        _keyBytes = keyBytes;
        return true;
    }

    /// <summary>The certificate that the files had when they were last read, its key with it, and what else stands in them as its chain.</summary>
    /// <exception cref="TurnServerOptionsException">They have none. The message is of the operator's own making, and nothing of the key.</exception>
    public X509Certificate2Collection Load()
    {
        bool isPem = _certificateBytes.AsSpan().IndexOf(PemLabel) >= 0;
        X509Certificate2Collection certificates = isPem ? LoadPem() : LoadPkcs12();
        if (certificates.Count == 0 || !certificates[0].HasPrivateKey)
            throw new TurnServerOptionsException(nameof(TurnServerOptions.CertificateFile), $"the file {certificateFile} has no certificate with a key");
        return certificates;
    }

    private X509Certificate2Collection LoadPem()
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            string text = Encoding.ASCII.GetString(_certificateBytes);
            certificates.ImportFromPem(text);
            if (certificates.Count > 0) certificates[0] = X509Certificate2.CreateFromPem(text, Encoding.ASCII.GetString(_keyBytes));
            return certificates;
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException)
        {
            throw new TurnServerOptionsException(
                nameof(TurnServerOptions.KeyFile), $"the file {keyFile ?? certificateFile} has no key without a password that belongs to the certificate in {certificateFile}");
        }
    }

    private X509Certificate2Collection LoadPkcs12()
    {
        try
        {
            X509Certificate2Collection certificates = X509CertificateLoader.LoadPkcs12Collection(_certificateBytes, password: null);
            return [.. certificates.OrderByDescending(certificate => certificate.HasPrivateKey)];
        }
        catch (CryptographicException)
        {
            throw new TurnServerOptionsException(
                nameof(TurnServerOptions.CertificateFile), $"the file {certificateFile} is neither PEM nor PKCS#12 without a password");
        }
    }

    private static byte[] Read(string file, string option)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            if (stream.Length > MaxLength) throw new TurnServerOptionsException(option, $"the file {file} is longer than a certificate can be");
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new TurnServerOptionsException(option, $"the file {file} can't be read");
        }
    }
}
