namespace Traversal.Stun;

/// <summary>From where a server is asked to answer: the flags of CHANGE-REQUEST (RFC 5780 section 7.2, RFC 3489 section 11.2.4).</summary>
[Flags]
public enum ChangeRequest : uint
{
    /// <summary>From where it was asked.</summary>
    None = 0,

    /// <summary>From its other port.</summary>
    Port = 2,

    /// <summary>From its other address.</summary>
    Address = 4,
}
