using System.Collections.Concurrent;
using Traversal.Client.Network;
using Traversal.Client.Sockets;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Ice;

/// <summary>The network of a machine whose addresses come and go; machines that share their sockets reach each other.</summary>
internal sealed class MemoryNetwork(ConcurrentDictionary<TransportAddress, MemoryNetwork.MemorySocket> sockets) : INetwork
{
    private static int _lastPort = 10_000;

    private volatile InterfaceAddress[] _addresses = [];
    private Action? _changed;

    /// <summary>Gives the machine other addresses.</summary>
    public void Be(params string[] addresses)
    {
        _addresses = [.. addresses.Select(text => new InterfaceAddress(TransportAddress.Parse(text + ":0"), 24, "eth0", 1, InterfaceKind.Wired))];
        _changed?.Invoke();
    }

    public IReadOnlyList<InterfaceAddress> GetLocalAddresses() => _addresses;

    public IDisposable WatchAddresses(Action changed)
    {
        _changed += changed;
        return new Watch(() => _changed -= changed);
    }

    public NetworkResult<IDatagramSocket> OpenDatagram(in TransportAddress local, in TransportAddress remote = default)
    {
        var socket = new MemorySocket(this, local.WithPort((ushort)Interlocked.Increment(ref _lastPort)));
        sockets[socket.LocalAddress] = socket;
        return new(socket);
    }

    public ValueTask<NetworkResult<TcpConnection>> ConnectAsync(TransportAddress local, TransportAddress remote, CancellationToken cancellationToken = default) =>
        new(new NetworkResult<TcpConnection>(NetworkStatus.Unreachable));

    public NetworkResult<ITcpListener> Listen(in TransportAddress local) => new(NetworkStatus.AddressNotAvailable);

    private bool Has(TransportAddress address) => _addresses.Any(known => known.Address.HasSameAddress(in address));

    internal sealed class MemorySocket(MemoryNetwork machine, TransportAddress local) : IDatagramSocket
    {
        private readonly DatagramInbox _inbox = new();

        public TransportAddress LocalAddress => local;

        public NetworkStatus Send(ReadOnlySpan<byte> datagram, in TransportAddress destination)
        {
            if (!machine.Has(local)) return NetworkStatus.Unreachable;
            if (!machine.Sockets.TryGetValue(destination, out MemorySocket? there)) return NetworkStatus.Ok;

            byte[] copy = datagram.ToArray();
            ThreadPool.UnsafeQueueUserWorkItem(_ => there.Arrive(copy, local), null);
            return NetworkStatus.Ok;
        }

        public ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> buffer) => _inbox.ReceiveAsync(buffer, CancellationToken.None);

        public void Dispose() => _inbox.Close();

        private void Arrive(byte[] datagram, TransportAddress source)
        {
            if (machine.Has(local) && _inbox.Put(in source, datagram)) _inbox.Wake();
        }
    }

    private ConcurrentDictionary<TransportAddress, MemorySocket> Sockets => sockets;

    private sealed class Watch(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
