using Traversal.Primitives;
using Traversal.Turn;
using Traversal.Turn.Client;

namespace Traversal.Client.Allocations;

/// <summary>Who gets what an allocation brings.</summary>
internal interface IAllocationUser
{
    /// <summary>A peer's data, valid during the call, in the thread that received it.</summary>
    /// <returns>Whether somebody waits for it: <see cref="Wake"/> follows.</returns>
    bool OnData(in TransportAddress peer, ReadOnlySpan<byte> data);

    /// <summary>Lets who waits go on, in this thread: it may be away for long.</summary>
    void Wake();

    /// <summary>Data to a peer has not arrived; nothing proves it.</summary>
    void OnPathError(in TransportAddress peer, in IcmpError error);

    /// <summary>Something has happened to a peer or to the path. Called while the allocation is held: nothing here may wait or run the user's code.</summary>
    void OnEvent(in TurnEvent happened);

    /// <summary>Another login was got.</summary>
    void OnLoginRenewed();
}
