using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Traversal.Peer.Identity;
using Traversal.Primitives;

namespace Traversal.Client.Identity;

/// <summary>
/// A private key of ECDSA over P-256, and the certificates that say for whom it speaks: for itself, or, as a device, for a person's account. Safe for any
/// number of threads.
/// </summary>
public sealed class PeerIdentity : IPeerSigner, IDisposable
{
    /// <summary>How long before its making a certificate is good: clocks of others may be behind.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    private readonly ECDsa _key;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext? _tls;

    internal PeerIdentity(ECDsa key, IReadOnlyList<PeerCertificate> chain)
    {
        _key = key;
        Chain = chain;
    }

    /// <summary>Who has this key.</summary>
    public PeerId Id => Certificate.Subject;

    /// <summary>For whom it speaks: itself, or the account of which it is a device.</summary>
    public PeerId Account => Chain[^1].Subject;

    /// <summary>The certificate of its key.</summary>
    public PeerCertificate Certificate => Chain[0];

    /// <summary>All certificates, each signed by the one after it, the last by itself.</summary>
    public IReadOnlyList<PeerCertificate> Chain { get; }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PublicKey => Certificate.PublicKey;

    /// <summary>Makes a new key, and its certificate of itself, which may issue others and has no end.</summary>
    /// <param name="timeProvider">The clock; null is the system's.</param>
    public static PeerIdentity Create(TimeProvider? timeProvider = null)
    {
        ECDsa key = NewKey();
        return new PeerIdentity(key, [SelfSign(key, timeProvider)]);
    }

    /// <summary>Makes a new key that speaks for <paramref name="account"/> until <paramref name="notAfter"/>.</summary>
    /// <param name="account">The person's identity: one that may issue.</param>
    /// <param name="notAfter">Until when; what is beyond the account's own certificate is cut off.</param>
    /// <param name="timeProvider">The clock; null is the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="account"/> may not issue certificates.</exception>
    public static PeerIdentity CreateDevice(PeerIdentity account, DateTimeOffset notAfter, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        ECDsa key = NewKey();
        PeerCertificate certificate = account.IssueDevice(key.ExportSubjectPublicKeyInfo(), notAfter, timeProvider);
        return new PeerIdentity(key, [certificate, .. account.Chain]);
    }

    /// <summary>Signs the key of a device, which then speaks for this identity, but signs nobody else's.</summary>
    /// <param name="subjectPublicKeyInfo">The device's key as DER.</param>
    /// <param name="notAfter">Until when; what is beyond this identity's own certificate is cut off.</param>
    /// <param name="timeProvider">The clock; null is the system's.</param>
    /// <exception cref="ArgumentException">This identity may not issue, or the key is not of P-256.</exception>
    public PeerCertificate IssueDevice(ReadOnlyMemory<byte> subjectPublicKeyInfo, DateTimeOffset notAfter, TimeProvider? timeProvider = null)
    {
        if (!Certificate.MayIssue) throw new ArgumentException("A device does not issue certificates.", nameof(subjectPublicKeyInfo));

        DateTimeOffset utcNow = (timeProvider ?? TimeProvider.System).GetUtcNow(), from = utcNow - ClockTolerance;
        var terms = new CertificateTerms
        {
            NotBefore = from > Certificate.NotBefore ? from : Certificate.NotBefore,
            NotAfter = notAfter < Certificate.NotAfter ? notAfter : Certificate.NotAfter,
        };
        return CertificateIssuer.Issue(this, subjectPublicKeyInfo, terms, RandomSource.System);
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        // One key object is not for several threads.
        lock (_lock) return _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _tls?.TargetCertificate.Dispose();
            _key.Dispose();
        }
    }

    /// <summary>The certificate with its key, as SslStream takes it. The caller disposes of it.</summary>
    internal X509Certificate2 ToX509()
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(Certificate.Encoded.Span);
        lock (_lock) return certificate.CopyWithPrivateKey(_key);
    }

    /// <summary>The same for all its connections.</summary>
    internal SslStreamCertificateContext GetTlsContext()
    {
        lock (_lock)
        {
            if (_tls is not null) return _tls;

            // With a trust of its own, so that the system's is not even read.
            X509Certificate2 certificate = ToX509();
            return _tls = SslStreamCertificateContext.Create(certificate, null, offline: true, SslCertificateTrust.CreateForX509Collection([certificate]));
        }
    }

    /// <summary>The private key as PKCS#8, not encrypted.</summary>
    internal byte[] ExportPrivateKey()
    {
        lock (_lock) return _key.ExportPkcs8PrivateKey();
    }

    private static ECDsa NewKey() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private static PeerCertificate SelfSign(ECDsa key, TimeProvider? timeProvider)
    {
        var terms = new CertificateTerms
        {
            NotBefore = (timeProvider ?? TimeProvider.System).GetUtcNow() - ClockTolerance,
            NotAfter = CertificateTerms.Endless,
            MayIssue = true,
        };
        return CertificateIssuer.SelfSign(new KeySigner(key), terms, RandomSource.System);
    }

    /// <summary>A key that has no certificate yet.</summary>
    private sealed class KeySigner(ECDsa key) : IPeerSigner
    {
        public ReadOnlyMemory<byte> PublicKey { get; } = key.ExportSubjectPublicKeyInfo();

        public byte[] Sign(ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
