namespace Traversal.Ice;

/// <summary>What became of a candidate that the other side signalled.</summary>
public enum IceCandidateVerdict : byte
{
    /// <summary>It is checked where there is a local candidate for it.</summary>
    Added = 0,

    /// <summary>It is known, or took the place of what a check had shown already.</summary>
    Known,

    /// <summary>It is of another generation, by its <c>ufrag</c>.</summary>
    OtherGeneration,

    /// <summary>It has a name in the place of an address: resolve it and add the result.</summary>
    Unresolved,

    /// <summary>It is not reached by UDP, or is of another component.</summary>
    Unsupported,

    /// <summary>Nobody can be there: port 0, a multicast or unspecified address.</summary>
    Unreachable,

    /// <summary>There are too many.</summary>
    TooMany,
}
