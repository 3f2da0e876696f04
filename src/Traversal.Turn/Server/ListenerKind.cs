namespace Traversal.Turn.Server;

/// <summary>How clients reach a listener.</summary>
public enum ListenerKind : byte
{
    /// <summary>UDP: the source of a packet can be forged, and a message is a datagram.</summary>
    Datagram,

    /// <summary>TCP or what runs over it: ChannelData is padded to four bytes (RFC 8656 section 12.5).</summary>
    Stream,
}
