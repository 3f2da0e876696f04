using System.Diagnostics.CodeAnalysis;
using Traversal.Primitives;

namespace Traversal.Transport.Streams;

/// <summary>How an upgrade ended: with a stream that is ready to carry frames, or with a reason to turn the client away.</summary>
public readonly struct StreamUpgrade
{
    /// <summary>An upgrade that succeeded.</summary>
    /// <param name="stream">The bytes; disposing of it closes the connection.</param>
    /// <param name="remote">The client's address, which is not the one that the connection comes from when a proxy stands between.</param>
    public StreamUpgrade(Stream stream, in TransportAddress remote)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Stream = stream;
        Remote = remote;
    }

    private StreamUpgrade(UpgradeFailure failure) => Failure = failure;

    /// <summary>The bytes; null when the client is turned away.</summary>
    public Stream? Stream { get; }

    /// <summary>The client's address.</summary>
    public TransportAddress Remote { get; }

    /// <summary>Why the client is turned away.</summary>
    public UpgradeFailure Failure { get; }

    /// <summary>An upgrade that failed.</summary>
    public static StreamUpgrade Refused(UpgradeFailure failure) => new(failure);

    [MemberNotNullWhen(true, nameof(Stream))]
    internal bool IsReady => Stream is not null;
}
