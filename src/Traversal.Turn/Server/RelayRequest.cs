using Traversal.Primitives;
using Traversal.Stun;

namespace Traversal.Turn.Server;

/// <summary>A request on its way through the checks, and what they found.</summary>
internal ref struct RelayRequest
{
    public StunMessage Message;
    public Span<byte> Reply;
    public SocketId Via;
    public TransportAddress Client;

    /// <summary>Where the client is: <see cref="Client"/>, unless a proxy stands between.</summary>
    public TransportAddress Source;

    public Listener Listener;
    public Clock Clock;

    /// <summary>The slot of the allocation on the 5-tuple, or <see cref="RelayMachine.NoSlot"/>.</summary>
    public int Allocation;

    /// <summary>Whether the reply limiter was asked and agreed.</summary>
    public bool MayReply;

    /// <summary>Who may use the relay as this request sees it, though it may be replaced meanwhile.</summary>
    public CredentialSnapshot Credentials;

    /// <summary>Who asks; null until the request is authenticated.</summary>
    public RelayUser? User;

    /// <summary>The key that verified the request and signs the answer.</summary>
    public IntegrityKey? Key;

    public PasswordAlgorithm Algorithm;

    /// <summary>How the answer is signed.</summary>
    public StunIntegrity Integrity;
}
