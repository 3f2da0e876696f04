using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>A connection between a TCP allocation and a peer (RFC 6062 section 3).</summary>
/// <param name="id">The CONNECTION-ID.</param>
/// <param name="allocation">The slot of its allocation.</param>
/// <param name="peer">The peer as the client knows it.</param>
internal sealed class PeerConnection(uint id, int allocation, TransportAddress peer)
{
    /// <summary>How long connecting may take (RFC 6062 section 5.2).</summary>
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(30);

    /// <summary>How long it waits for a ConnectionBind (RFC 6062 sections 5.2 and 5.3).</summary>
    public static readonly TimeSpan BindTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The peer as the client knows it.</summary>
    public readonly TransportAddress Peer = peer;

    /// <summary>The CONNECTION-ID.</summary>
    public uint Id { get; } = id;

    /// <summary>The slot of its allocation.</summary>
    public int Allocation { get; } = allocation;

    public ConnectionPhase Phase { get; set; }

    /// <summary>When its phase is over.</summary>
    public MonotonicTime Deadline { get; set; }

    /// <summary>The Connect request that is to be answered.</summary>
    public TransactionId Request { get; init; }

    /// <summary>Which key of the user signs the answer.</summary>
    public PasswordAlgorithm Algorithm { get; init; }

    /// <summary>How it is signed.</summary>
    public StunIntegrity Integrity { get; init; }

    /// <summary>Whether it ends with FINGERPRINT, as the request did.</summary>
    public bool WantsFingerprint { get; init; }
}
