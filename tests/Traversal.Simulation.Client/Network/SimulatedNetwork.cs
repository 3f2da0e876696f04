using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Simulation.Client;

/// <summary>The network of a host, as its operating system would offer it. There is no loopback, and nobody is told by ICMP.</summary>
internal sealed class SimulatedNetwork : INetwork
{
    private const int IPv4Prefix = 24, IPv6Prefix = 64;

    private readonly SimulatedWorld _world;
    private readonly Host _host;
    private readonly List<Action> _watches = [];
    private readonly Dictionary<TransportAddress, int> _indices = [];

    public SimulatedNetwork(SimulatedWorld world, Host host)
    {
        _world = world;
        _host = host;
        host.OnAddressesChanged += OnAddressesChanged;
    }

    /// <summary>Each address is one of an interface of its own.</summary>
    public IReadOnlyList<InterfaceAddress> GetLocalAddresses()
    {
        lock (_world.Gate) return [.. _host.Addresses.Select(Describe)];
    }

    public IDisposable? WatchAddresses(Action changed)
    {
        ArgumentNullException.ThrowIfNull(changed);
        lock (_world.Gate) _watches.Add(changed);
        return new Watch(this, changed);
    }

    public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default)
    {
        if (local.IsNone && remote.IsNone) throw new ArgumentException("Neither address says which IP version to open.", nameof(local));
        if (!local.IsNone && !remote.IsNone && local.Family != remote.Family)
            throw new ArgumentException("The addresses are of two IP versions.", nameof(remote));

        lock (_world.Gate)
        {
            NetworkStatus status = Choose(in local, in remote, out TransportAddress address);
            if (status == NetworkStatus.Ok && _host.IsTaken(in address)) status = NetworkStatus.AddressInUse;
            return status == NetworkStatus.Ok ? new(new SimulatedDatagramSocket(_world, _host, in address, in remote)) : new(status);
        }
    }

    public async ValueTask<NetworkResult<TcpConnection>> ConnectAsync(
        TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default)
    {
        if (remote.IsNone) throw new ArgumentException("There is no address to connect to.", nameof(remote));
        cancellationToken.ThrowIfCancellationRequested();
        var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        TcpEnd end;
        lock (_world.Gate)
        {
            NetworkStatus status = Choose(in local, in remote, out TransportAddress address);
            if (status != NetworkStatus.Ok) return new(status);
            end = _host.Tcp.Connect(in address, in remote, () => answered.TrySetResult());
        }

        var stream = new SimulatedTcpStream(_world, end);
        try
        {
            await answered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return end.State switch
        {
            TcpState.Refused => new(NetworkStatus.Refused),
            TcpState.TimedOut => new(NetworkStatus.TimedOut),
            _ => new(stream.Start()),
        };
    }

    public NetworkResult<ITcpListener> Listen(in TransportAddress local)
    {
        if (local.IsNone) throw new ArgumentException("There is no address to listen at.", nameof(local));
        lock (_world.Gate)
        {
            NetworkStatus status = Choose(in local, default, out TransportAddress address);
            if (status == NetworkStatus.Ok && _host.Tcp.IsTaken(in address)) status = NetworkStatus.AddressInUse;
            return status == NetworkStatus.Ok ? new(new SimulatedTcpListener(_world, _host, in address)) : new(status);
        }
    }

    // Where there is one remote address, the route to it says which of this host's addresses it is; here, the first of its IP version.
    private NetworkStatus Choose(in TransportAddress local, in TransportAddress remote, out TransportAddress chosen)
    {
        chosen = local;
        if (!remote.IsNone && (local.IsNone || local.IsUnspecified))
        {
            chosen = _host.FirstLike(in remote).WithPort(local.Port);
            if (chosen.IsNone) return NetworkStatus.Unreachable;
        }

        if (!chosen.IsUnspecified && !_host.Has(in chosen)) return NetworkStatus.AddressNotAvailable;
        if (chosen.Port == 0) chosen = chosen.WithPort(_host.FreePort(in chosen));
        return NetworkStatus.Ok;
    }

    private InterfaceAddress Describe(TransportAddress address)
    {
        if (!_indices.TryGetValue(address, out int index)) _indices[address] = index = _indices.Count + 1;
        return new InterfaceAddress(address, address.IsIPv4 ? IPv4Prefix : IPv6Prefix, $"eth{index}", index, InterfaceKind.Wired);
    }

    // Whoever changes the host holds the gate.
    private void OnAddressesChanged()
    {
        foreach (Action changed in _watches) ThreadPool.UnsafeQueueUserWorkItem(static changed => changed(), changed, preferLocal: false);
    }

    private sealed class Watch(SimulatedNetwork network, Action changed) : IDisposable
    {
        public void Dispose()
        {
            lock (network._world.Gate) network._watches.Remove(changed);
        }
    }
}
