namespace Traversal.Client.Ice;

/// <summary>
/// Takes the data of a connection in the place of receives, in the thread that took it from the system and from where that put it. Two threads may call at a time,
/// where two sockets have something.
/// </summary>
internal interface IDatagramSink
{
    /// <summary>Takes a datagram. Nothing here may wait or run the application's code.</summary>
    /// <param name="data">The payload; it is gone on return.</param>
    void OnDatagram(ReadOnlySpan<byte> data);

    /// <summary>All that came together was handed over: the time to answer, and to run the application's code.</summary>
    void OnBatchEnd();
}
