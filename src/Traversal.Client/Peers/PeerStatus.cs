namespace Traversal.Client;

/// <summary>What became of an attempt to connect to a peer.</summary>
public enum PeerStatus
{
    /// <summary>Each side has proved who it is, and the other wants it.</summary>
    Connected = 0,

    /// <summary>There is no path: <see cref="PeerOutcome.Ice"/> says what was seen.</summary>
    NoPath,

    /// <summary>The signalling ended or failed before there was a path; <see cref="PeerOutcome.Ice"/> says how.</summary>
    SignalingFailed,

    /// <summary>Whoever answered has another key than the peer that was asked for. It is not that peer, however alike the rest: do not retry without asking a person.</summary>
    WrongPeer,

    /// <summary>The other side's certificates do not speak for the peer: <see cref="PeerOutcome.Verdict"/>.</summary>
    CertificateRejected,

    /// <summary><see cref="PeerConnectionOptions.Accept"/> said no.</summary>
    NotAccepted,

    /// <summary>The other side knows who this is, and does not want it.</summary>
    RefusedByPeer,

    /// <summary>The two sides have no application protocol in common.</summary>
    ProtocolMismatch,

    /// <summary>TLS failed, for example as the other side has not the key of its certificate: <see cref="PeerOutcome.Exception"/>.</summary>
    HandshakeFailed,

    /// <summary>There was a path, but the other side did not finish in <see cref="PeerConnectionOptions.HandshakeTimeout"/>.</summary>
    TimedOut,

    /// <summary>The connection was disposed of.</summary>
    Closed,
}
