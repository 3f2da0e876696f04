using System.Diagnostics.CodeAnalysis;
using Traversal.Peer.Identity;
using Traversal.Peer.Multiplexing;
using Traversal.Peer.Wire;

namespace Traversal.Peer.Handshake;

/// <summary>
/// What each side of a connection says first, inside of TLS: its part of the keys for what is not carried by TLS, and the certificates that speak for its key.
/// Immutable.
/// </summary>
/// <remarks>
/// A byte of version, the contribution, a number of certificates, and of each its length and its DER; then fields of later versions, each a number that says
/// which, its length and its bytes, which are skipped. Numbers are those of RFC 9000 section 16.
/// </remarks>
public sealed class PeerHello
{
    /// <summary>The length of <see cref="Contribution"/>.</summary>
    public const int ContributionLength = 32;

    /// <summary>The most certificates.</summary>
    public const int MaxCertificates = PeerChain.DefaultMaxLength;

    /// <summary>The most bytes of all.</summary>
    public const int MaxLength = Multiplexer.MaxHelloLength;

    private const byte Version = 1;

    private readonly byte[] _contribution;
    private readonly ReadOnlyMemory<byte>[] _certificates;

    /// <summary>A hello to be sent.</summary>
    /// <param name="contribution"><see cref="ContributionLength"/> random bytes, never used before.</param>
    /// <param name="certificates">
    /// DER, each signed by the one after it; at most <see cref="MaxCertificates"/> of at most <see cref="PeerCertificate.MaxLength"/> bytes. Not copied.
    /// </param>
    /// <exception cref="ArgumentException">Something has a length that it may not have, or all of it is longer than <see cref="MaxLength"/>.</exception>
    public PeerHello(ReadOnlySpan<byte> contribution, IEnumerable<ReadOnlyMemory<byte>> certificates)
    {
        ArgumentNullException.ThrowIfNull(certificates);
        if (contribution.Length != ContributionLength) throw new ArgumentException($"{ContributionLength} bytes.", nameof(contribution));

        _contribution = contribution.ToArray();
        _certificates = [.. certificates];
        if (_certificates.Length > MaxCertificates) throw new ArgumentException($"At most {MaxCertificates}.", nameof(certificates));
        if (Array.Exists(_certificates, static certificate => certificate.Length is 0 or > PeerCertificate.MaxLength) || Length > MaxLength)
        {
            throw new ArgumentException($"Each has 1 to {PeerCertificate.MaxLength} bytes, and all together less than {MaxLength}.", nameof(certificates));
        }
    }

    /// <summary>Its side's part of <see cref="ConnectionKeys"/>. A secret of the two.</summary>
    public ReadOnlyMemory<byte> Contribution => _contribution;

    /// <summary>Its side's certificates as DER, which nobody has looked at: <see cref="PeerCertificate.TryParse"/>, <see cref="PeerChain"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Certificates => _certificates;

    /// <summary>How many bytes <see cref="Write"/> writes.</summary>
    public int Length => 1 + ContributionLength + FrameWriter.LengthOf(_certificates.Length)
        + _certificates.Sum(static certificate => FrameWriter.LengthOf(certificate.Length) + certificate.Length);

    /// <summary>Reads one.</summary>
    /// <param name="bytes">All of its bytes, which are copied.</param>
    /// <param name="hello">The hello; null where they are not one.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerHello? hello)
    {
        hello = null;
        var reader = new FrameReader(bytes);
        if (bytes.Length > MaxLength || !reader.HasMore || reader.ReadByte() != Version) return false;
        if (!reader.TryRead(ContributionLength, out ReadOnlySpan<byte> contribution)) return false;
        if (!reader.TryRead(out long count) || count > MaxCertificates) return false;

        var certificates = new ReadOnlyMemory<byte>[count];
        for (int index = 0; index < count; index++)
        {
            if (!reader.TryRead(out long length) || length is 0 or > PeerCertificate.MaxLength) return false;
            if (!reader.TryRead(length, out ReadOnlySpan<byte> certificate)) return false;

            certificates[index] = certificate.ToArray();
        }

        while (reader.HasMore)
        {
            if (!reader.TryRead(out long _) || !reader.TryRead(out long length) || !reader.TryRead(length, out _)) return false;
        }

        hello = new PeerHello(contribution, certificates);
        return true;
    }

    /// <summary>Writes it.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> destination)
    {
        var writer = new FrameWriter(destination);
        writer.WriteByte(Version);
        _contribution.CopyTo(writer.Take(ContributionLength));
        writer.Write(_certificates.Length);
        foreach (ReadOnlyMemory<byte> certificate in _certificates)
        {
            writer.Write(certificate.Length);
            certificate.Span.CopyTo(writer.Take(certificate.Length));
        }

        return writer.Length;
    }
}
