using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>A candidate of this agent.</summary>
internal sealed class LocalCandidate(IceCandidate signalled, TransportAddress baseAddress)
{
    public IceCandidate Signalled => signalled;

    /// <summary>From where its packets are sent.</summary>
    public TransportAddress Base { get; } = baseAddress;

    public TransportAddress Address => signalled.Address;

    public uint Priority => signalled.Priority;

    public string Foundation => signalled.Foundation;
}
