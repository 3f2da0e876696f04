namespace Traversal.Ice;

/// <summary>How far the check of a pair is (RFC 8445 section 6.1.2.6).</summary>
public enum IcePairState : byte
{
    /// <summary>Another pair of its foundation is checked first.</summary>
    Frozen = 0,

    /// <summary>It is to be checked.</summary>
    Waiting,

    /// <summary>A check was sent.</summary>
    InProgress,

    /// <summary>A check was answered: data may take this way.</summary>
    Succeeded,

    /// <summary>Its checks led to nothing.</summary>
    Failed,
}
