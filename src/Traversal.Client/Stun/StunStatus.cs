namespace Traversal.Client;

/// <summary>What asking a STUN server came to.</summary>
public enum StunStatus : byte
{
    /// <summary>It said an address.</summary>
    Answered,

    /// <summary>Nothing came back: the server is down, or something in between drops the requests.</summary>
    NoAnswer,

    /// <summary>The network said that it can't be reached: nobody listens there, or there is no route.</summary>
    Unreachable,

    /// <summary>It answered with an error response.</summary>
    Rejected,

    /// <summary>It answered with something that is no answer to a Binding request.</summary>
    BadAnswer,

    /// <summary>TLS failed, as with a certificate that is not to be trusted or not of this server.</summary>
    TlsFailed,

    /// <summary>Nobody was asked: the name has no way to it that can be used; <see cref="StunResult.Resolution"/> says why.</summary>
    NotFound,
}
