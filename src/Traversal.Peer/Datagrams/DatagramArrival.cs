namespace Traversal.Peer.Datagrams;

/// <summary>What a <see cref="DatagramSeal"/> made of a packet.</summary>
public enum DatagramArrival : byte
{
    /// <summary>The other side has sealed it, and its bytes are there.</summary>
    Opened = 0,

    /// <summary>It is of another protocol.</summary>
    NotDatagram,

    /// <summary>The other side has not sealed it, or it was damaged.</summary>
    Forged,

    /// <summary>One of its number has come before, or may have so long ago that this cannot be told. Nobody has looked at its seal.</summary>
    Replayed,
}
