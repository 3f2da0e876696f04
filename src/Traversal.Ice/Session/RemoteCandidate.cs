using Traversal.Primitives;

namespace Traversal.Ice;

/// <summary>A candidate of the peer: signalled, or learned from a check (RFC 8445 section 7.3.1.3).</summary>
internal sealed class RemoteCandidate(IceCandidate candidate, bool isSignalled)
{
    /// <summary>As it was signalled, or as it would have been.</summary>
    public IceCandidate Candidate { get; private set; } = candidate;

    public bool IsSignalled { get; private set; } = isSignalled;

    /// <summary>Whether a check has come from there, with the credentials of this session.</summary>
    public bool IsShown { get; set; }

    /// <summary>Whether an answer has come from there.</summary>
    public bool IsProven { get; set; }

    public TransportAddress Address => Candidate.Address;

    public uint Priority => Candidate.Priority;

    public string Foundation => Candidate.Foundation;

    /// <summary>The other side signals what a check has shown already (RFC 8838 section 11.4).</summary>
    public void BecomeSignalled(IceCandidate signalled)
    {
        Candidate = signalled;
        IsSignalled = true;
    }
}
