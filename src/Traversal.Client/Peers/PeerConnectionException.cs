namespace Traversal.Client;

/// <summary>A stream of a peer, or the connection under it, ended in another way than by the end of what was written.</summary>
public sealed class PeerConnectionException : IOException
{
    /// <summary>Creates one.</summary>
    /// <param name="message">What happened.</param>
    public PeerConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates one.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What it came from.</param>
    public PeerConnectionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates one without a reason.</summary>
    public PeerConnectionException()
    {
    }

    /// <summary>Why the connection is over; <see cref="PeerCloseReason.None"/> where only the stream is.</summary>
    public PeerCloseReason Reason { get; init; }

    /// <summary>The code that the other side gave to the end of the stream or of the connection; 0 where it gave none.</summary>
    public long Code { get; init; }

    /// <summary>The same for another caller.</summary>
    internal PeerConnectionException Again() => new(Message, InnerException) { Reason = Reason, Code = Code };
}
