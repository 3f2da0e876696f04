using System.Threading.Channels;
using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Simulation.Client;

/// <summary>A listening TCP socket of a host.</summary>
internal sealed class SimulatedTcpListener : ITcpListener
{
    private const int Backlog = 128;

    private readonly SimulatedWorld _world;
    private readonly Host _host;
    private readonly Channel<TcpConnection> _waiting = Channel.CreateBounded<TcpConnection>(Backlog);

    // While the gate is held.
    public SimulatedTcpListener(SimulatedWorld world, Host host, in TransportAddress local)
    {
        _world = world;
        _host = host;
        LocalAddress = local;
        host.Tcp.Listen(in local, OnConnected);
    }

    public TransportAddress LocalAddress { get; }

    public async ValueTask<NetworkResult<TcpConnection>> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_waiting.Reader.TryRead(out TcpConnection? connection)) return new(connection);
        }

        return new(NetworkStatus.Closed);
    }

    public void Dispose()
    {
        lock (_world.Gate)
        {
            if (!_waiting.Writer.TryComplete()) return;

            _host.Tcp.StopListening(LocalAddress);
            while (_waiting.Reader.TryRead(out TcpConnection? unaccepted)) unaccepted.Stream.Dispose();
        }
    }

    private void OnConnected(TcpEnd end)
    {
        if (!_waiting.Writer.TryWrite(new SimulatedTcpStream(_world, end).Start())) end.Close();
    }
}
