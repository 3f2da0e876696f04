namespace Traversal.Client.Peers;

/// <summary>Who gets what comes on the path of a <see cref="ReliableCarrier"/> and is not the carrier's own.</summary>
internal interface IReliableUser
{
    /// <summary>A datagram has come. Called by the thread that receives: it must not wait.</summary>
    void OnDatagram(ReadOnlySpan<byte> datagram);
}
