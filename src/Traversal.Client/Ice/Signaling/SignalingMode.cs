namespace Traversal.Client;

/// <summary>How an <see cref="IceConnection"/> tells its candidates. What comes is understood either way.</summary>
public enum SignalingMode : byte
{
    /// <summary>Each as soon as it is known (RFC 8838), which connects soonest.</summary>
    Trickle = 0,

    /// <summary>
    /// All in one signal, once they are known: where the other side may not understand trickle (half trickle, RFC 8838 section 16), or there is one message each
    /// way and no more. A restart is told in one signal too.
    /// </summary>
    Whole,
}
