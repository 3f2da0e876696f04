using Traversal.Client.Network;
using Traversal.Connectivity;
using Traversal.Primitives;

namespace Traversal.Client.Ice;

/// <summary>What packets come and go by: the socket of a base, or a connection to a TURN server.</summary>
internal abstract class Port : IAsyncDisposable
{
    private Pump<Port>? _pump;

    /// <summary>Whoever receives; changed while the machine is held.</summary>
    public Pump<Port> Pump => _pump ??= new Pump<Port>(this);

    /// <summary>Whether it was closed by this side.</summary>
    public bool IsClosing { get; set; }

    public abstract ValueTask<ReceivedDatagram> ReceiveAsync();

    /// <summary>What was received last, of the length that the receive said.</summary>
    public abstract ReadOnlySpan<byte> Received(int length);

    /// <summary>Gives the machine what was received.</summary>
    public abstract ConnectivityArrival Hand(ConnectivityMachine machine, in ReceivedDatagram arrival, MonotonicTime now);

    public abstract NetworkStatus Send(ReadOnlySpan<byte> message, in TransportAddress destination, bool isData);

    /// <summary>Waits until data that found no room may be tried again.</summary>
    public abstract ValueTask<bool> WaitForRoomAsync(CancellationToken cancellationToken);

    /// <summary>Whether more may come after a receive that failed like this.</summary>
    public abstract bool Survives(NetworkStatus failure);

    public abstract ValueTask DisposeAsync();

    /// <summary>Takes the right to receive from a thread that runs the application's code.</summary>
    public bool TryTakeOver()
    {
        if (!Pump.TryTakeOver()) return false;

        _pump = new Pump<Port>(this);
        return true;
    }
}
