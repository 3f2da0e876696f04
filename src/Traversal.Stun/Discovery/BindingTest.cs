namespace Traversal.Stun.Discovery;

/// <summary>A port that is left alone for a while, and then answered to from another (RFC 5780 section 4.6).</summary>
internal sealed class BindingTest(int socket, TimeSpan silence)
{
    public int Socket => socket;

    public TimeSpan Silence => silence;

    /// <summary>Makes the binding.</summary>
    public Probe? Opening { get; set; }

    /// <summary>Asks, from another port, for an answer to it.</summary>
    public Probe? Check { get; set; }
}
