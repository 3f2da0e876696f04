using System.Security.Cryptography;
using Traversal.Peer.Datagrams;
using Traversal.Peer.Reliable;

namespace Traversal.Peer.Handshake;

/// <summary>
/// The keys of a connection for what is not carried by TLS. They follow from what the two sides have told each other inside of TLS, so nobody else knows them,
/// and as each side adds its own part, neither of them can make an old key come back.
/// </summary>
public sealed class ConnectionKeys
{
    /// <summary>The length of each.</summary>
    public const int KeyLength = 32;

    private readonly byte[] _initiators = new byte[KeyLength], _others = new byte[KeyLength];

    private ConnectionKeys(ReadOnlySpan<byte> secret)
    {
        Derive(secret, "traversal datagrams of the initiator"u8, _initiators);
        Derive(secret, "traversal datagrams of the other"u8, _others);
    }

    /// <summary>The key of the datagrams that the initiator sends.</summary>
    public ReadOnlySpan<byte> InitiatorDatagrams => _initiators;

    /// <summary>The key of the datagrams that the other side sends.</summary>
    public ReadOnlySpan<byte> OtherDatagrams => _others;

    /// <summary>Derives the keys (HKDF with SHA-256, RFC 5869).</summary>
    /// <param name="initiatorContribution">What the initiator has said: <see cref="PeerHello.Contribution"/>.</param>
    /// <param name="otherContribution">What the other side has said.</param>
    /// <exception cref="ArgumentException">A contribution has not <see cref="PeerHello.ContributionLength"/> bytes.</exception>
    public static ConnectionKeys Derive(ReadOnlySpan<byte> initiatorContribution, ReadOnlySpan<byte> otherContribution)
    {
        const int Length = PeerHello.ContributionLength;
        if (initiatorContribution.Length != Length) throw new ArgumentException($"{Length} bytes.", nameof(initiatorContribution));
        if (otherContribution.Length != Length) throw new ArgumentException($"{Length} bytes.", nameof(otherContribution));

        Span<byte> both = stackalloc byte[2 * Length], secret = stackalloc byte[SHA256.HashSizeInBytes];
        initiatorContribution.CopyTo(both);
        otherContribution.CopyTo(both[Length..]);
        HKDF.Extract(HashAlgorithmName.SHA256, both, "traversal connection"u8, secret);
        return new ConnectionKeys(secret);
    }

    /// <summary>
    /// Derives the secret for <see cref="ReliablePath.Rekey"/>. It follows from what the initiator has said alone: the other side seals with it what it says itself,
    /// which the initiator could not open otherwise.
    /// </summary>
    /// <param name="initiatorContribution">What the initiator has said.</param>
    /// <exception cref="ArgumentException">It has not <see cref="PeerHello.ContributionLength"/> bytes.</exception>
    public static byte[] DerivePathSecret(ReadOnlySpan<byte> initiatorContribution)
    {
        const int Length = PeerHello.ContributionLength;
        if (initiatorContribution.Length != Length) throw new ArgumentException($"{Length} bytes.", nameof(initiatorContribution));

        Span<byte> secret = stackalloc byte[SHA256.HashSizeInBytes];
        HKDF.Extract(HashAlgorithmName.SHA256, initiatorContribution, "traversal connection"u8, secret);
        byte[] path = new byte[KeyLength];
        Derive(secret, "traversal path"u8, path);
        return path;
    }

    /// <summary>Makes the seal of one side's datagrams.</summary>
    /// <param name="isInitiator">Whether that side is the initiator.</param>
    public DatagramSeal CreateDatagramSeal(bool isInitiator) => isInitiator ? new DatagramSeal(_initiators, _others) : new DatagramSeal(_others, _initiators);

    private static void Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> label, byte[] key) => HKDF.Expand(HashAlgorithmName.SHA256, secret, key, label);
}
