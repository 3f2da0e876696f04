using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

/// <summary>Who hears of what a machine brings.</summary>
internal interface IConnectivityUser
{
    /// <summary>Something has happened. Called while the machine is held: nothing here may wait or run the application's code.</summary>
    void OnEvent(ConnectivityMachine machine, ConnectivityEvent happened);

    /// <summary>A base's socket broke, or a connection: the machine knows already. Called while it is not held.</summary>
    void OnPortLost(Port port, MonotonicTime now);
}
